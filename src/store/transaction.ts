import { drizzle } from "drizzle-orm/postgres-js";
import type { Sql } from "postgres";
import { ConnectionLost, isDisconnection } from "./errors.ts";
import type { Orm } from "./orm.ts";
import { prepared } from "./prepared.ts";
import type { Bound } from "./statement.ts";

/** What runs in a transaction. Its statements are sent at once, in the order in which they are asked for. */
export interface Transaction {
  /** Drizzle, made when it is first asked for. */
  readonly orm: Orm;
  rows<R>(statement: Bound): Promise<R[]>;
  /**
   * Runs the last statements and commits, which spares a round trip. If one of them fails nothing is committed and it
   * rejects. Nothing may be asked of the transaction after it.
   */
  finish(statements: readonly Bound[]): Promise<void>;
}

/** A new one each time: what waits for a promise is kept for as long as that is, so one for all would keep every batch. */
const never = () => new Promise<never>(() => undefined);

/**
 * Runs `work` in postgres.js's own transaction, and keeps that from sending anything more where it would do harm: to a
 * connection that is gone, which ends the process (porsager/postgres#1208), or after a COMMIT of our own, when the
 * connection may be another transaction's already. It never hears of the end of such work; the connection goes back to
 * the pool by itself as soon as it is idle, and where it closes `begin` rejects.
 */
export function transact<T>(
  pool: Sql,
  work: (transaction: Transaction) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let isLost = false;
    let isFinishing = false;
    const whole = pool.begin((client) => {
      const unsafe = (...query: Parameters<Sql["unsafe"]>) => {
        if (isLost) throw new ConnectionLost();
        return client.unsafe(...query);
      };
      const send = ({ text, parameters }: Bound) => unsafe(text, parameters as string[], { prepare: true });
      let orm: Orm | undefined;
      const transaction: Transaction = {
        get orm() {
          orm ??= drizzle({
            client: prepared({ options: pool.options, unsafe } as Pick<Sql, "options" | "unsafe">, signal),
          });
          return orm;
        },
        rows: async <R>(statement: Bound) => (await send(statement)) as unknown as R[],
        finish: async (statements) => {
          isFinishing = true;
          const answers = await Promise.all([...statements.map(send), unsafe("commit")]);
          // PostgreSQL answers COMMIT with ROLLBACK where a statement before has failed.
          if (answers.at(-1)?.command !== "COMMIT") throw new Error("the transaction was rolled back");
        },
      };
      return work(transaction).then(
        (result) => {
          if (!isFinishing && !isLost) return result;
          resolve(result);
          return never();
        },
        (error: unknown) => {
          if (!isFinishing && !isLost && !isDisconnection(error)) throw error;
          reject(error);
          return never();
        },
      );
    }) as Promise<T>;
    // It rejects as soon as the connection closes, whatever the work is waiting for.
    whole.then(resolve, (error: unknown) => {
      isLost = true;
      reject(error);
    });
  });
}
