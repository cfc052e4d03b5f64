import { sql } from "drizzle-orm";
import type { Transaction } from "../driver/lane.ts";
import type { Orm } from "../driver/orm.ts";
import { statement } from "../driver/statement.ts";

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

type MomentRow = {
  readonly at: string;
  readonly xid: string | null;
  readonly position: string | null;
};

const clock = sql`date_trunc('milliseconds', clock_timestamp())::text`;
const xid = sql`pg_current_xact_id()::text`;
const position = sql`nextval('positions')::text`;

/** Each a text, for a row among others of a statement behind the one that took the locks. */
export const momentColumns = { at: clock, xid, position };

const numbered = sql`select ${clock} as at, ${xid} as xid, ${position} as position`;
const unnumbered = sql`select ${clock} as at, null as xid, null as position`;
const ofSpread = statement<never>(unnumbered)({});

/** Where the tables may be spread: the coordinator's clock, which no row on a node tells. */
export async function spreadMoment(transaction: Transaction): Promise<Moment> {
  return momentIn(await transaction.rows<MomentRow>(ofSpread));
}

/** The same for what is no batch and reads no currencies. */
export async function momentWithin(orm: Orm, isDistributed: boolean): Promise<Moment> {
  return momentIn(await orm.execute<MomentRow>(isDistributed ? unnumbered : numbered));
}

export function momentIn([row]: readonly MomentRow[]): Moment {
  if (row === undefined) throw new Error("the database has no clock");
  const { at, xid, position } = row;
  const number = xid === null || position === null ? null : { xid, position };
  return { at: new Date(at), number };
}
