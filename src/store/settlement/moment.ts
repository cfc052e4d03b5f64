import { sql } from "drizzle-orm";
import type { Orm } from "../driver/statements/orm.ts";
import { statement } from "../driver/statements/statement.ts";
import type { Transaction } from "../driver/transactions/lane.ts";
import { sharedCurrencies } from "../terms/currency-lock.ts";

/** The time of a transaction's changes, and their place among all changes. */
export interface Moment {
  /** The database's clock, to the millisecond. */
  readonly at: Date;
  /** Null where the number is taken after everything else is written (change.ts). */
  readonly number: ChangeNumber | null;
}

/** The place of a change among the changes of its organization. */
export interface ChangeNumber {
  /** PostgreSQL's id of the transaction. */
  readonly xid: string;
  /** Positions of changes of one account are in the order in which they were done. */
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
 * The moment of a batch. It must be sent after the statement that locks the accounts, so that it is never earlier than what was
 * done under these locks before. It also locks currencies: what the statements after it read of them stays true until the
 * transaction ends. Where the tables may be spread, the statement that locks accounts has done that on their node.
 */
export async function momentOf(transaction: Transaction, orgId: string): Promise<Moment> {
  const query = transaction.isDistributed ? batch : numberedBatch({ org: orgId });
  return momentIn(await transaction.rows<MomentRow>(query));
}

/** The moment of a transaction that is no batch and reads no currencies. */
export async function momentWithin(orm: Orm, isDistributed: boolean): Promise<Moment> {
  return momentIn(await orm.execute<MomentRow>(isDistributed ? clock : numbered));
}

function momentIn([row]: readonly MomentRow[]): Moment {
  if (row === undefined) throw new Error("the database has no clock");
  const { at, xid, position } = row;
  const number = xid === undefined || position === undefined ? null : { xid, position };
  return { at: new Date(at), number };
}
