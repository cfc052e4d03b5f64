import { drizzle } from "drizzle-orm/postgres-js";
import type { Sql } from "postgres";
import { ConnectionLost, isDisconnection } from "./errors.ts";
import type { Orm } from "./orm.ts";
import { prepared } from "./prepared.ts";

/** A new one each time: what waits for a promise is kept for as long as that is, so one for all would keep everything. */
const never = () => new Promise<never>(() => undefined);

/**
 * Runs `work` in postgres.js's own transaction, and keeps that from sending anything more to a connection that is gone,
 * which ends the process (porsager/postgres#1208). It never hears of the end of such work; where the connection closes
 * `begin` rejects.
 */
export function transact<T>(pool: Sql, work: (orm: Orm) => Promise<T>, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    let isLost = false;
    const whole = pool.begin((client) => {
      const unsafe = (...query: Parameters<Sql["unsafe"]>) => {
        if (isLost) throw new ConnectionLost();
        return client.unsafe(...query);
      };
      const driver = { options: pool.options, unsafe } as Pick<Sql, "options" | "unsafe">;
      return work(drizzle({ client: prepared(driver, signal) })).then(
        (result) => (isLost ? never() : result),
        (error: unknown) => {
          if (!isLost && !isDisconnection(error)) throw error;
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
