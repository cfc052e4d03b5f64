import { drizzle } from "drizzle-orm/postgres-js";
import { ConnectionLost, RolledBack, WrongCount } from "./errors.ts";
import { OpenTransaction } from "./open-transaction.ts";
import type { Orm } from "./orm.ts";
import type { ConnectionFigures } from "./pool.ts";
import { prepared } from "./prepared.ts";
import type { Session } from "./session.ts";
import type { Bound } from "./statement.ts";
import { claimStripe } from "./stripe.ts";

/** What runs in a transaction of a lane. Its statements are sent at once, in the order in which they are asked for. */
export interface Transaction {
  /** Belongs to this lane alone, among all lanes of all processes on the database, for as long as its connection lasts. */
  readonly stripe: number;
  /** Whether the database has Citus, and the tables may be spread over nodes. */
  readonly isDistributed: boolean;
  /** Drizzle, made when it is first asked for. */
  readonly orm: Orm;
  rows<R>(statement: Bound): Promise<R[]>;
  /**
   * Runs the last statements and commits, in one round trip. If one of them fails nothing is committed and it rejects;
   * it rejects with WrongCount, too, where one did not concern as many rows as it should. Nothing may be asked of the
   * transaction after it.
   */
  commit(statements: readonly Bound[]): Promise<void>;
}

interface LaneSession {
  readonly session: Session;
  readonly stripe: number;
}

/**
 * A connection on which transactions follow each other without a pause: the next one's first statements are sent right
 * behind the COMMIT of the one before, and not when that is answered. Under load a round trip takes several
 * milliseconds, because its answer waits for its turn among the calls of this process; so none is spent on BEGIN either.
 */
export class Lane {
  private current: Promise<LaneSession> | undefined;
  /** Until the newest transaction has been sent its end. */
  private turn: Promise<void> = Promise.resolve();
  /** Lets the next transaction begin. */
  private endTurn: () => void = () => undefined;
  private isClosed = false;
  /** Transactions that wait for their turn or run. */
  private users = 0;

  /**
   * A transaction that takes longer than `transactionMsMax` takes its connection with it: whoever is at its other end
   * may have gone without a word.
   */
  constructor(
    private readonly openSession: (onEnd: () => void) => Session,
    private readonly options: { readonly transactionMsMax: number },
  ) {}

  /**
   * Runs `work` in a transaction, after those before. What does not commit is undone. `ended` is called once the
   * transaction has been sent its end, or never will be, or nobody else gets its connection: then the next one may come.
   */
  async transaction<T>(
    work: (transaction: Transaction) => Promise<T>,
    ended: () => void = () => undefined,
  ): Promise<T> {
    const before = this.turn;
    let end: () => void = () => undefined;
    this.turn = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.turn.then(ended);
    this.users += 1;
    try {
      await before;
      this.endTurn = end;
      const { session, stripe } = await this.opened();
      const patience = setTimeout(() => session.lose(), this.options.transactionMsMax);
      return await session.use(() => run(session, stripe, work, end)).finally(() => clearTimeout(patience));
    } finally {
      this.users -= 1;
      end();
    }
  }

  figures(): ConnectionFigures {
    const { current, users } = this;
    return { max: 1, open: current ? 1 : 0, busy: Math.min(users, 1), waiting: Math.max(users - 1, 0) };
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const opened = await this.current?.catch(() => undefined);
    await opened?.session.close();
  }

  private opened(): Promise<LaneSession> {
    if (this.isClosed) throw new ConnectionLost();
    this.current ??= this.open();
    return this.current;
  }

  private open(): Promise<LaneSession> {
    const session = this.openSession(() => {
      if (this.current !== opening) return;
      this.current = undefined;
      // The next one gets another connection, so it has nothing to wait for.
      this.endTurn();
    });
    const opening = claimStripe(session).then(
      (stripe) => ({ session, stripe }),
      (error: unknown) => {
        session.lose();
        throw error;
      },
    );
    return opening;
  }
}

/** `ended` is called as soon as the end of the transaction is sent. */
async function run<T>(
  session: Session,
  stripe: number,
  work: (transaction: Transaction) => Promise<T>,
  ended: () => void,
): Promise<T> {
  const open = new OpenTransaction(session);
  try {
    const [result] = await Promise.all([work(new LaneTransaction(open, stripe, ended)), open.begun]);
    return result;
  } catch (error) {
    throw open.failure ?? error;
  } finally {
    if (!open.isOver) {
      const undone = open.rollBack();
      ended();
      await undone;
    }
  }
}

class LaneTransaction implements Transaction {
  private madeOrm: Orm | undefined;

  constructor(
    private readonly open: OpenTransaction,
    readonly stripe: number,
    private readonly ended: () => void,
  ) {}

  get orm(): Orm {
    const { open } = this;
    this.madeOrm ??= drizzle({
      client: prepared((asking) => asking((text, parameters) => open.ask(text, parameters))),
    });
    return this.madeOrm;
  }

  get isDistributed(): boolean {
    return this.open.isDistributed;
  }

  readonly rows = async <R>({ text, parameters }: Bound): Promise<R[]> =>
    (await this.open.ask(text, parameters)) as unknown as R[];

  readonly commit = async (statements: readonly Bound[]): Promise<void> => {
    await this.open.begun;
    const sent = statements.map(({ text, parameters, isTurn }) => this.open.ask(text, parameters, isTurn));
    const committing = this.open.commit();
    this.ended();
    const [{ command }, ...answers] = await Promise.all([committing, ...sent]);
    if (command !== "COMMIT") throw new RolledBack();
    for (const [index, { count }] of answers.entries()) requireCount(statements[index], count);
  };
}

function requireCount(statement: Bound | undefined, count: number): void {
  if (statement?.rows !== undefined && statement.rows !== count) throw new WrongCount(statement, count);
}
