import { sql } from "drizzle-orm";
import type { Orm } from "../../../store/driver/orm.ts";

/** When and by which transaction something is written. */
export interface Moment {
  /** The database's clock, to the millisecond. */
  readonly at: Date;
  /** PostgreSQL's id of the transaction. */
  readonly xid: string;
  /** Along an account positions run in the order of what was done. */
  readonly position: string;
}

/** Asked in a transaction after its locks are held, so it never runs behind what was done under them before. */
export async function momentOf(orm: Orm): Promise<Moment> {
  const [row] = await orm.execute<{ at: string; xid: string; position: string }>(sql`
    select date_trunc('milliseconds', clock_timestamp()) as at, pg_current_xact_id()::text as xid,
      nextval('positions')::text as position`);
  if (row === undefined) throw new Error("the database has no clock");
  return { ...row, at: new Date(row.at) };
}

/** The database's clock. */
export async function clockOf(orm: Orm): Promise<Date> {
  const [row] = await orm.execute<{ at: string }>(
    sql`select date_trunc('milliseconds', clock_timestamp()) as at`,
  );
  if (row === undefined) throw new Error("the database has no clock");
  return new Date(row.at);
}
