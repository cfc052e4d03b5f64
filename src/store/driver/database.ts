import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import type { Sql } from "postgres";
import { Lane } from "./lane.ts";
import type { Orm } from "./orm.ts";
import { openClient, openPool, statementMsMax } from "./pool.ts";
import { prepared } from "./prepared.ts";
import { transact } from "./transaction.ts";

/** Connections that one process holds open at the most for whatever is not found by keys. */
export const connectionsMax = 16;
/** Connections for the look-ups of every call. */
const keyedConnectionsMax = 5;

/** Longest time that a transaction of a lane may take: more than one statement may. */
const laneTransactionMsMax = 2 * statementMsMax;

/**
 * What every call asks for is found by keys, however few rows or statistics there are yet. The planner is told so: it
 * plans each statement once for a connection, and never a scan, whose cost grows with the table.
 */
const plansByKey = {
  plan_cache_mode: "force_generic_plan",
  enable_seqscan: "off",
  enable_bitmapscan: "off",
  enable_hashjoin: "off",
  enable_mergejoin: "off",
  // Up to PostgreSQL 17 what is switched off counts as dear, and what is dear is compiled.
  jit: "off",
};

/** The database as the rest of the store sees it. */
export interface Database {
  /** Queries of the pool. When the signal aborts they fail, and what runs is cancelled in the database. */
  orm(signal?: AbortSignal): Orm;
  /** Runs `work` in one transaction: all of it commits, or nothing. */
  transaction<T>(work: (orm: Orm) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Queries that find all they read by keys. The same Drizzle for as long as its connections last. */
  keyed(): Orm;
  /** A connection of its own, for transactions of such queries. */
  lane(): Lane;
  /** Throws when the database does not answer. */
  ping(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export function openDatabase(url: string): Database {
  const pool = openPool(url, connectionsMax, {
    // A plan that a connection keeps from when a table was small is a scan, and stays one while the table grows.
    plan_cache_mode: "force_custom_plan",
  });
  const keyedPool = openPool(url, keyedConnectionsMax, plansByKey);
  const lanes: Lane[] = [];
  const keyedOrms = new WeakMap<Sql, Orm>();
  const orm = (signal?: AbortSignal) => drizzle({ client: prepared(pool.client(), signal) });
  return {
    orm,
    transaction: async (work, signal) => {
      signal?.throwIfAborted();
      return transact(pool.client(), work, signal);
    },
    keyed: () => {
      const client = keyedPool.client();
      const kept = keyedOrms.get(client) ?? drizzle({ client: prepared(client) });
      keyedOrms.set(client, kept);
      return kept;
    },
    lane: () => {
      const connectLane = (onclose: () => void) => openClient(url, { max: 1, onclose, settings: plansByKey });
      const lane = new Lane(connectLane, { transactionMsMax: laneTransactionMsMax });
      lanes.push(lane);
      return lane;
    },
    ping: async (signal) => {
      await orm(signal).execute(sql`select 1`);
    },
    close: async () => {
      await Promise.all([pool.close(), keyedPool.close(), ...lanes.map((lane) => lane.close())]);
    },
  };
}
