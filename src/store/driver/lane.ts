import { drizzle } from "drizzle-orm/postgres-js";
import type { ReservedSql, Sql } from "postgres";
import { untilAnswered } from "./connection.ts";
import { ConnectionLost, RolledBack } from "./errors.ts";
import type { Orm } from "./orm.ts";
import { prepared } from "./prepared.ts";
import type { Bound } from "./statement.ts";

/** What runs in a transaction of a lane. Its statements are sent at once, in the order in which they are asked for. */
export interface Transaction {
  /** Drizzle, made when it is first asked for. */
  readonly orm: Orm;
  rows<R>(statement: Bound): Promise<R[]>;
  /**
   * Runs the last statements and commits, in one round trip. If one of them fails nothing is committed and it rejects.
   * Nothing may be asked of the transaction after it. What postgres.js finds forgotten by the session it runs again by
   * itself, then behind the COMMIT: so each statement that writes must do nothing in another transaction than its own.
   */
  commit(statements: readonly Bound[]): Promise<void>;
}

const openingSecondsMax = 5;
const endSecondsMax = 5;

/**
 * A connection on which transactions follow each other without a pause: the next one's first statements are sent right
 * behind the COMMIT of the one before, and not when that is answered. Under load a round trip takes several
 * milliseconds, because its answer waits for its turn among the calls of this process; so none is spent on BEGIN either.
 */
export class Lane {
  private connection: Promise<LaneConnection> | undefined;
  /** Until the newest transaction has been sent its end. */
  private turn: Promise<void> = Promise.resolve();
  private isClosed = false;

  /**
   * `connect` makes a client of one connection, and tells when that closes. A transaction that takes longer than
   * `transactionMsMax` takes its connection with it: whoever is at its other end may have gone without a word.
   */
  constructor(
    private readonly connect: (onclose: () => void) => Sql,
    private readonly options: { readonly transactionMsMax: number },
  ) {}

  /**
   * Runs `work` in a transaction, after those before. What does not commit is undone. `ended` is called once the
   * transaction has been sent its end, or never will be: then the next one may come.
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
    await before;
    try {
      const connection = await this.connected();
      return await connection.transaction(work, end, this.options.transactionMsMax);
    } finally {
      end();
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const connection = await this.connection?.catch(() => undefined);
    await connection?.close();
  }

  private connected(): Promise<LaneConnection> {
    if (this.isClosed) throw new ConnectionLost();
    this.connection ??= this.open();
    return this.connection;
  }

  private open(): Promise<LaneConnection> {
    const opening = LaneConnection.open(this.connect, () => {
      if (this.connection === opening) this.connection = undefined;
    });
    return opening;
  }
}

/** The driver's connection under a lane, until it closes. */
class LaneConnection {
  private isLost = false;
  /** Reject the transactions under way: of what waits to be sent when it closes, the driver would never tell. */
  private readonly losers = new Set<(reason: unknown) => void>();

  private constructor(
    private readonly client: Sql,
    private readonly reserved: ReservedSql,
    private readonly onLost: () => void,
  ) {}

  static async open(connect: (onclose: () => void) => Sql, onLost: () => void): Promise<LaneConnection> {
    let connection: LaneConnection | undefined;
    const client = connect(() => connection?.lose());
    try {
      // Reserved only once it is open: postgres.js 3.4.9 never answers where it opens one to reserve it.
      await untilAnswered(client, openingSecondsMax);
      connection = new LaneConnection(client, await client.reserve(), onLost);
      return connection;
    } catch (error) {
      onLost();
      client.end({ timeout: 0 }).catch(() => undefined);
      throw error;
    }
  }

  transaction<T>(
    work: (transaction: Transaction) => Promise<T>,
    ended: () => void,
    msMax: number,
  ): Promise<T> {
    const patience = setTimeout(() => this.lose(), msMax);
    const whole = new Promise<T>((resolve, reject) => {
      this.losers.add(reject);
      this.run(work, ended)
        .then(resolve, reject)
        .finally(() => this.losers.delete(reject));
    });
    return whole.finally(() => clearTimeout(patience));
  }

  close(): Promise<void> {
    // A connection that is reserved would not end before the time is over.
    if (!this.isLost) this.reserved.release();
    return this.client.end({ timeout: endSecondsMax });
  }

  private async run<T>(work: (transaction: Transaction) => Promise<T>, ended: () => void): Promise<T> {
    let isOver = false;
    const unsafe = (...query: Parameters<Sql["unsafe"]>) => {
      if (isOver) throw new Error("a statement for a transaction that is over");
      return this.unsafe(...query);
    };
    const send = ({ text, parameters }: Bound) => unsafe(text, parameters as string[], { prepare: true });
    const begun = unsafe("begin").execute();
    const end = (statement: "commit" | "rollback") => {
      const answer = unsafe(statement).execute();
      isOver = true;
      ended();
      return answer;
    };
    let orm: Orm | undefined;
    const { options } = this.client;
    const transaction: Transaction = {
      get orm() {
        orm ??= drizzle({ client: prepared({ options, unsafe } as Pick<Sql, "options" | "unsafe">) });
        return orm;
      },
      rows: async <R>(statement: Bound) => (await send(statement)) as unknown as R[],
      commit: async (statements) => {
        await begun;
        const answers = statements.map((statement) => send(statement).execute());
        const [committed] = await Promise.all([end("commit"), ...answers]);
        if (committed.command !== "COMMIT") throw new RolledBack();
      },
    };
    try {
      const [result] = await Promise.all([work(transaction), begun]);
      return result;
    } finally {
      if (!isOver && !this.isLost) await end("rollback").catch(() => undefined);
    }
  }

  /** To a connection that is gone postgres.js would write on, which ends the process (porsager/postgres#1208). */
  private unsafe(...query: Parameters<Sql["unsafe"]>): ReturnType<Sql["unsafe"]> {
    if (this.isLost) throw new ConnectionLost();
    return this.reserved.unsafe(...query);
  }

  private lose(): void {
    this.isLost = true;
    this.onLost();
    for (const reject of this.losers) reject(new ConnectionLost());
    this.client.end({ timeout: 0 }).catch(() => undefined);
  }
}
