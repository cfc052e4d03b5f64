import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { Refused } from "../../domain/refusal.ts";
import { isNotOffered } from "../driver/errors.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { epochs } from "../schema.ts";

/** What tells one life of the database from another: in each, transaction ids may stand for other transactions. */
export interface Life {
  /** The operator's own. */
  readonly id: string;
  /** Another one once a dump was restored over the tables. */
  readonly table: string;
  /** Undefined where the server tells nobody. */
  readonly server: ServerLife | undefined;
}

export interface ServerLife {
  /** Another one once a dump was restored into a new database, or on another server. */
  readonly database: string;
  readonly system: string;
  /** Another one once the database went back to an earlier moment, or a standby took over. Null on a standby. */
  readonly timeline: string | null;
}

/**
 * The epoch of the database as it is now, a UUID's worth of bytes in hexadecimal. It is asked before every snapshot that
 * belongs to it: what happens in between is found by the next page.
 */
export async function readEpoch(orm: Orm): Promise<string> {
  return epochOf(await readLife(orm));
}

export async function readLife(orm: Orm): Promise<Life> {
  const [[stored], server] = await Promise.all([
    orm.select({ id: epochs.id, table: sql<string>`tableoid::text` }).from(epochs).limit(1),
    readServer(orm),
  ]);
  if (stored === undefined) throw new Error("the database has no epoch");
  return { ...stored, server };
}

export function epochOf({ id, table, server }: Life): string {
  if (server?.timeline === null) throw new Refused({ reason: "UNAVAILABLE" });
  const facts = [id, table, server && [server.database, server.system, server.timeline]];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 32);
}

async function readServer(orm: Orm): Promise<ServerLife | undefined> {
  try {
    const [row] = await orm.execute<{ [fact in keyof ServerLife]: ServerLife[fact] }>(sql`
      select d.oid::text as database, s.system_identifier::text as system, case when not pg_is_in_recovery()
        then substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) end as timeline
      from pg_control_system() as s, pg_database as d where d.datname = current_database()`);
    return row;
  } catch (error) {
    if (isNotOffered(error)) return undefined;
    throw error;
  }
}
