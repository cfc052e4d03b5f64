import { sql } from "drizzle-orm";
import type { Transaction } from "../driver/lane.ts";
import { statement } from "../driver/statement.ts";
import { sharedCurrencies } from "../terms/currency-lock.ts";

/** When and by which transaction a batch is decided. */
export interface Moment {
  /** The database's clock, to the millisecond. */
  readonly at: Date;
  /** PostgreSQL's id of the transaction. */
  readonly xid: string;
  /** Along an account positions run in the order of what was done. */
  readonly position: string;
}

const moment = statement<"org">(sql`select date_trunc('milliseconds', clock_timestamp())::text as at,
  pg_current_xact_id()::text as xid, nextval('positions')::text as position
  from (select ${sharedCurrencies(sql.placeholder("org"))}) as shared`);

/**
 * Asked after the locks of accounts are held, so it never runs behind what was done under them before. What is read of
 * currencies by the statements behind it stays so until the transaction ends.
 */
export async function momentOf(transaction: Transaction, orgId: string): Promise<Moment> {
  const [row] = await transaction.rows<{ at: string; xid: string; position: string }>(moment({ org: orgId }));
  if (row === undefined) throw new Error("the database has no clock");
  return { ...row, at: new Date(row.at) };
}
