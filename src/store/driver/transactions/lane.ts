import { drizzle } from "drizzle-orm/postgres-js";
import type { ConnectionFigures } from "../connections/pool.ts";
import type { Session } from "../connections/session.ts";
import { ConnectionLost, RolledBack, WrongCount } from "../errors.ts";
import { prepared } from "../queries/prepared.ts";
import type { Orm } from "../statements/orm.ts";
import type { Bound } from "../statements/statement.ts";
import { OpenTransaction } from "./open-transaction.ts";
import { claimStripe } from "./stripe.ts";

/** A transaction of a lane. Each statement is sent at once, without waiting for the answers to those before. */
export interface Transaction {
  /** A number that no other lane of any process on this database has, for as long as the lane's connection lasts. */
  readonly stripe: number;
  /** Whether the database has Citus, and the tables may be spread over nodes. */
  readonly isDistributed: boolean;
  /** Drizzle, which is made on first use. */
  readonly orm: Orm;
  rows<R>(statement: Bound): Promise<R[]>;
  /**
   * Sends the last statements and COMMIT in one round trip. Rejects where one of them fails: then nothing is committed. Rejects
   * with WrongCount where one concerned more or fewer rows than it should: then it is committed. The transaction is over after it.
   */
  commit(statements: readonly Bound[]): Promise<void>;
}

interface LaneSession {
  readonly session: Session;
  readonly stripe: number;
}

/**
 * A connection on which transactions follow each other without a pause: the first statements of the next one are sent right behind
 * the COMMIT of the one before, without waiting for its answer. Under load a round trip takes several milliseconds, because the
 * answer waits for its turn among the calls of this process. For the same reason BEGIN takes no round trip of its own.
 */
export class Lane {
  private current: Promise<LaneSession> | undefined;
  /** Resolves when the end of the newest transaction is sent. */
  private turn: Promise<void> = Promise.resolve();
  /** Lets the next transaction begin. */
  private endTurn: () => void = () => undefined;
  private isClosed = false;
  /** How many transactions run or wait for their turn. */
  private users = 0;

  /** After `transactionMsMax` the connection of a transaction is given up: the other end may have vanished without closing it. */
  constructor(
    private readonly openSession: (onEnd: () => void) => Session,
    private readonly options: { readonly transactionMsMax: number },
  ) {}

  /**
   * Runs `work` in a transaction, after those before it. What it does not commit is rolled back. `ended` is called when the next
   * transaction may be asked for: once the end of this one is sent, or never will be, or its connection is given to nobody else.
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
      // The next transaction gets another connection, so it need not wait.
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
