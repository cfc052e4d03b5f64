import { and, desc, eq, lte, sql } from "drizzle-orm";
import { Amount } from "../domain/amount.ts";
import { type Hold, type HoldState, isExpired } from "../domain/hold.ts";
import { array } from "./arrays.ts";
import type { Database } from "./driver/database.ts";
import type { Orm } from "./driver/orm.ts";
import { holds } from "./schema.ts";
import type { Cursor } from "./tenants/organizations.ts";

const stateNow = sql`case when ${holds.state} = 'active' and ${holds.expiresAt} <= now() then 'expired' else ${holds.state} end`;

export function holdOf(row: typeof holds.$inferSelect): Hold {
  return {
    ...row,
    amount: Amount.of(row.amount),
    captured: Amount.of(row.captured),
    remaining: Amount.of(row.remaining),
  };
}

/** Reads holds without locking their accounts. */
export class Holds {
  constructor(private readonly database: Database) {}

  /** A hold as it stands now: one whose time has passed is expired, whether or not that was noted. */
  async find(which: { orgId: string; id: string }, signal?: AbortSignal): Promise<Hold | undefined> {
    const [row] = await this.database
      .orm(signal)
      .select({ hold: holds, now: sql<string>`now()` })
      .from(holds)
      .where(and(eq(holds.orgId, which.orgId), eq(holds.id, which.id)));
    return row && asOf(holdOf(row.hold), new Date(row.now));
  }

  /** Newest first, as they stand now. */
  async list(
    page: {
      orgId: string;
      customerId?: string | undefined;
      state?: HoldState | undefined;
      after?: Cursor | undefined;
      rowsMax: number;
    },
    signal?: AbortSignal,
  ): Promise<Hold[]> {
    const { orgId, customerId, state, after, rowsMax } = page;
    const isPast =
      after &&
      sql`(${holds.createdAt}, ${holds.id}) < (${after.at.toISOString()}::timestamptz, ${after.id}::uuid)`;
    const rows = await this.database
      .orm(signal)
      .select({ hold: holds, now: sql<string>`now()` })
      .from(holds)
      .where(
        and(
          eq(holds.orgId, orgId),
          customerId === undefined ? undefined : eq(holds.customerId, customerId),
          state && eq(stateNow, state),
          isPast,
        ),
      )
      .orderBy(desc(holds.createdAt), desc(holds.id))
      .limit(rowsMax);
    return rows.map(({ hold, now }) => asOf(holdOf(hold), new Date(now)));
  }
}

/** A hold as it stands at a moment. */
export function asOf(hold: Hold, at: Date): Hold {
  return isExpired(hold, at) ? { ...hold, remaining: Amount.zero, state: "expired" } : hold;
}

/** Holds by id. Whoever holds the lock of their accounts is the only one that can change them. */
export async function findHolds(orm: Orm, orgId: string, ids: readonly string[]): Promise<Hold[]> {
  const isNamed = sql`${holds.id} = any(${array(ids, "uuid")})`;
  const rows = await orm
    .select()
    .from(holds)
    .where(and(eq(holds.orgId, orgId), isNamed));
  return rows.map(holdOf);
}

/** The holds of these accounts that have expired by a moment and are still noted as active. */
export async function expiredHolds(
  orm: Orm,
  which: { orgId: string; accountIds: readonly string[]; at: Date },
): Promise<Hold[]> {
  const isTheirs = sql`${holds.accountId} = any(${array(which.accountIds, "uuid")})`;
  const rows = await orm
    .select()
    .from(holds)
    .where(
      and(eq(holds.orgId, which.orgId), isTheirs, eq(holds.state, "active"), lte(holds.expiresAt, which.at)),
    );
  return rows.map(holdOf);
}

/** When the next of the holds of these accounts expires after a moment, by account id. */
export async function nextExpiries(
  orm: Orm,
  which: { orgId: string; accountIds: readonly string[]; at: Date },
): Promise<Map<string, Date>> {
  const rows = await orm
    .select({ accountId: holds.accountId, next: sql<string>`min(${holds.expiresAt})` })
    .from(holds)
    .where(
      sql`${holds.orgId} = ${which.orgId} and ${holds.accountId} = any(${array(which.accountIds, "uuid")})
        and ${holds.state} = 'active' and ${holds.expiresAt} > ${which.at.toISOString()}::timestamptz`,
    )
    .groupBy(holds.accountId);
  return new Map(rows.map(({ accountId, next }) => [accountId, new Date(next)]));
}
