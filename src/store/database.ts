import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import type { Sql } from "postgres";
import { connect } from "./connection.ts";
import type { Orm } from "./orm.ts";
import { prepared } from "./prepared.ts";
import { type Finish, transact } from "./transaction.ts";

/** Connections that one process holds open at the most. */
export const connectionsMax = 16;
/** What the connections of every instance call themselves in pg_stat_activity. */
export const applicationName = "tallystick";
/** Longest time that one statement may run, in milliseconds; the caller's deadline ends it sooner. */
const statementMsMax = 60_000;
/** How long a pool that was replaced may take to finish what it has begun. */
const retirementSecondsMax = 10;
const endSecondsMax = 5;

/** The database as the rest of the store sees it. */
export interface Database {
  /** Queries of the pool. When the signal aborts they fail, and what runs is cancelled in the database. */
  orm(signal?: AbortSignal): Orm;
  /**
   * Runs `work` in one transaction: all of it commits, or nothing. `work` may end it itself by `finish`, which spares a
   * round trip.
   */
  transaction<T>(work: (orm: Orm, finish: Finish) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Throws when the database does not answer. */
  ping(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export function openDatabase(url: string): Database {
  let isClosed = false;
  let pool = open();

  /**
   * A pool is replaced as soon as one of its connections closes: postgres.js 3.4.9 never uses a slot again whose
   * connection closed with a write still to be flushed, and whatever query comes to it waits until it times out.
   */
  function open(): { client: Sql; orm: Orm } {
    const client: Sql = connect(url, {
      max: connectionsMax,
      // The driver would end connections by their age, and each end would cost a pool.
      max_lifetime: null,
      onclose: () => {
        if (isClosed || pool.client !== client) return;
        pool = open();
        client.end({ timeout: retirementSecondsMax }).catch(() => undefined);
      },
      connection: {
        application_name: applicationName,
        statement_timeout: statementMsMax,
        idle_in_transaction_session_timeout: statementMsMax,
        // A plan that a connection keeps from when a table was small is a scan, and stays one while the table grows.
        plan_cache_mode: "force_custom_plan",
      },
    });
    return { client, orm: drizzle({ client: prepared(client) }) };
  }

  const orm = (signal?: AbortSignal) =>
    signal === undefined ? pool.orm : drizzle({ client: prepared(pool.client, signal) });
  return {
    orm,
    transaction: async (work, signal) => {
      signal?.throwIfAborted();
      return transact(pool.client, work, signal);
    },
    ping: async (signal) => {
      await orm(signal).execute(sql`select 1`);
    },
    close: () => {
      isClosed = true;
      return pool.client.end({ timeout: endSecondsMax });
    },
  };
}
