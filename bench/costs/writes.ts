import type { Sql } from "postgres";

/** What a database cluster wrote to its log. */
export interface Writes {
  /** Inserted and updated, in tables; index entries are none. */
  readonly rows: number;
  readonly walBytes: number;
  /** Of the bytes before: pages written whole, once each after a checkpoint. */
  readonly pageImageBytes: number;
}

/** Where the log ends. */
export async function walPosition(sql: Sql): Promise<string> {
  const [row] = await sql<{ position: string }[]>`select pg_current_wal_flush_lsn()::text as position`;
  return row?.position ?? "";
}

/**
 * What was written since a position, read from the log itself: the counters of pg_stat_database are up to ten seconds
 * late, because a connection that falls idle keeps its own back for so long.
 */
export async function writesSince(sql: Sql, position: string): Promise<Writes> {
  const end = await walPosition(sql);
  // PostgreSQL calls it an error that a stretch of the log has no record in it.
  if (end === position) return { rows: 0, walBytes: 0, pageImageBytes: 0 };
  const [row] = await sql<Writes[]>`
    select coalesce(sum(count) filter (where "resource_manager/record_type" ~ '^Heap/(INSERT|UPDATE|HOT_UPDATE)'), 0)::float8
        as rows,
      pg_wal_lsn_diff(${end}, ${position})::float8 as "walBytes",
      coalesce(sum(fpi_size), 0)::float8 as "pageImageBytes"
    from pg_get_wal_stats(${position}, ${end}, true)`;
  if (row === undefined) throw new Error("the log cannot be read");
  return row;
}
