import { sql } from "drizzle-orm";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { Sql } from "postgres";
import { connect } from "./connection.ts";
import { isDisconnection } from "./errors.ts";
import { type DriverQuery, untilAborted } from "./until-aborted.ts";

/** Drizzle on one connection or on the pool. */
export type Orm = PostgresJsDatabase;

/** Connections that one process holds open at the most. */
export const connectionsMax = 16;
/** Longest time that one statement may run, in milliseconds; the caller's deadline ends it sooner. */
const statementMsMax = 60_000;

/** The database as the rest of the store sees it. */
export interface Database {
  /** Queries of the pool. When the signal aborts they fail, and what runs is cancelled in the database. */
  orm(signal?: AbortSignal): Orm;
  /** Runs `work` in one transaction: all of it commits, or nothing. */
  transaction<T>(work: (orm: Orm) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Throws when the database does not answer. */
  ping(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export function openDatabase(url: string): Database {
  const pool = connect(url, {
    max: connectionsMax,
    connection: {
      application_name: "tallystick",
      statement_timeout: statementMsMax,
      idle_in_transaction_session_timeout: statementMsMax,
      // A plan that a connection keeps from when a table was small is a scan, and stays one while the table grows.
      plan_cache_mode: "force_custom_plan",
    },
  });
  const pooled = drizzle({ client: prepared(pool) });
  const orm = (signal?: AbortSignal) =>
    signal === undefined ? pooled : drizzle({ client: prepared(pool, signal) });
  return {
    orm,
    transaction: async (work, signal) => {
      signal?.throwIfAborted();
      return pool.begin((client) =>
        unlessDisconnected(
          work(drizzle({ client: prepared({ options: pool.options, unsafe: client.unsafe }, signal) })),
        ),
      ) as Promise<Awaited<ReturnType<typeof work>>>;
    },
    ping: async (signal) => {
      await orm(signal).execute(sql`select 1`);
    },
    close: () => pool.end({ timeout: 5 }),
  };
}

/**
 * What a transaction's work comes to; never settles where the connection was lost under it. Told of that, postgres.js
 * would still write a ROLLBACK to the socket that is gone, and that exception ends the process (porsager/postgres#1208);
 * `begin` itself rejects as soon as the connection closes.
 */
function unlessDisconnected<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (isDisconnection(error)) return new Promise<never>(() => undefined);
    throw error;
  });
}

/**
 * The part of a postgres.js client that Drizzle uses, with two habits of ours: statements are prepared, which spares
 * a round trip each time but the first, and a query ends when the signal aborts.
 */
function prepared(client: Pick<Sql, "options" | "unsafe">, signal?: AbortSignal): Sql {
  const unsafe = (query: string, parameters: never[]) => {
    signal?.throwIfAborted();
    const pending = client.unsafe(query, parameters, { prepare: true });
    const run = <T>(started: Promise<T>) =>
      signal === undefined ? started : untilAborted(started, pending as unknown as DriverQuery, signal);
    return {
      values: () => run(pending.values()),
      // biome-ignore lint/suspicious/noThenProperty: a postgres.js query is a promise that starts when it is awaited.
      then: (...handlers: Parameters<Promise<unknown>["then"]>) => run(pending).then(...handlers),
    };
  };
  return { options: client.options, unsafe } as unknown as Sql;
}
