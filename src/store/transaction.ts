import type { SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/postgres-js";
import type { Sql } from "postgres";
import { ConnectionLost, isDisconnection } from "./errors.ts";
import type { Orm } from "./orm.ts";
import { prepared } from "./prepared.ts";

/**
 * Runs a transaction's last statements and commits it, all sent at once, in this order. If one of them fails nothing is
 * committed and it rejects. Nothing may be asked of the transaction after it.
 */
export type Finish = (statements: readonly SQL[]) => Promise<void>;

const dialect = new PgDialect();
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
  work: (orm: Orm, finish: Finish) => Promise<T>,
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
      const orm = drizzle({
        client: prepared({ options: pool.options, unsafe } as Pick<Sql, "options" | "unsafe">, signal),
      });
      const finish: Finish = async (statements) => {
        isFinishing = true;
        const writes = statements.map((statement) => {
          const { sql, params } = dialect.sqlToQuery(statement);
          return unsafe(sql, params as never[], { prepare: true });
        });
        const answers = await Promise.all([...writes, unsafe("commit")]);
        // PostgreSQL answers COMMIT with ROLLBACK where a statement before has failed.
        if (answers.at(-1)?.command !== "COMMIT") throw new Error("the transaction was rolled back");
      };
      return work(orm, finish).then(
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
