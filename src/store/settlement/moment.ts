import { sql } from "drizzle-orm";
import type { Transaction } from "../driver/lane.ts";
import type { Orm } from "../driver/orm.ts";
import { statement } from "../driver/statement.ts";
import { sharedCurrencies } from "../terms/currency-lock.ts";

/** When something is decided, and under which number it is done. */
export interface Moment {
  /** The database's clock, to the millisecond. */
  readonly at: Date;
  /** Null where the change takes its number behind all that its transaction writes (change.ts). */
  readonly number: ChangeNumber | null;
}

/** Where a change stands among the changes of its organization. */
export interface ChangeNumber {
  /** PostgreSQL's id of the transaction. */
  readonly xid: string;
  /** Along an account positions run in the order of what was done. */
  readonly position: string;
}

type MomentRow = { readonly at: string; readonly xid?: string; readonly position?: string };

const clock = sql`select date_trunc('milliseconds', clock_timestamp())::text as at`;
const shared = sql`from (select ${sharedCurrencies(sql.placeholder("org"))}) as shared`;
const numbered = sql`${clock},
  pg_current_xact_id()::text as xid, nextval('positions')::text as position`;

const numberedBatch = statement<"org">(sql`${numbered}
  ${shared}`);
const batch = statement<never>(clock)({});

/**
 * Asked after the locks of accounts are held, so it never runs behind what was done under them before. What is read of
 * currencies by the statements behind it stays so until the transaction ends; where the tables may be spread, the statement
 * that locks has seen to that on their node.
 */
export async function momentOf(transaction: Transaction, orgId: string): Promise<Moment> {
  const query = transaction.isDistributed ? batch : numberedBatch({ org: orgId });
  return momentIn(await transaction.rows<MomentRow>(query));
}

/** The same for what is no batch and reads no currencies. */
export async function momentWithin(orm: Orm, isDistributed: boolean): Promise<Moment> {
  return momentIn(await orm.execute<MomentRow>(isDistributed ? clock : numbered));
}

function momentIn([row]: readonly MomentRow[]): Moment {
  if (row === undefined) throw new Error("the database has no clock");
  const { at, xid, position } = row;
  const number = xid === undefined || position === undefined ? null : { xid, position };
  return { at: new Date(at), number };
}
