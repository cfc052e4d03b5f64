import { and, asc, eq, getTableColumns, lte, sql } from "drizzle-orm";
import { Amount } from "../../domain/amount.ts";
import type { Hold } from "../../domain/hold.ts";
import { array } from "../driver/statements/arrays.ts";
import { isKey, keys } from "../driver/statements/keys.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { holdOf } from "../journal/recorded-row.ts";
import { holds, operations } from "../schema.ts";

/** How many expired holds one batch notes, and how many due ones it captures. */
const notedMax = 1_000;
const capturedMax = 200;

/** Which accounts are looked at, and when. */
export interface DueAt {
  readonly orgId: string;
  readonly accountIds: readonly string[];
  readonly at: Date;
}

/** A hold that a batch has noted as expired. */
export interface NotedHold {
  readonly id: string;
  readonly accountId: string;
  readonly remaining: Amount;
}

/** Notes holds as expired that are due and to be released: the oldest first, as many as fit into a batch. */
export async function noteExpired(orm: Orm, { orgId, accountIds, at }: DueAt): Promise<NotedHold[]> {
  const rows = await orm.execute<{ id: string; accountId: string; remaining: string }>(sql`
    update holds h set state = 'expired', remaining = 0
    from (select id, account_id, remaining from holds
      where org_id = ${orgId}::uuid and account_id = any(${array(accountIds, "uuid")}) and state = 'active'
        and on_expiry = 'release' and expires_at <= ${at.toISOString()}::timestamptz
      order by expires_at limit ${notedMax}) as due
    where h.org_id = ${orgId}::uuid and h.id = due.id
    returning due.id, due.account_id as "accountId", due.remaining`);
  return rows.map((row) => ({ ...row, remaining: Amount.of(row.remaining) }));
}

/** What is due on an account and not noted, and when something is due again. */
export interface Overdue {
  /** To be released. */
  readonly amount: Amount;
  readonly dueAt: Date | null;
}

export async function overdue(orm: Orm, { orgId, accountIds, at }: DueAt): Promise<Map<string, Overdue>> {
  const isActive = sql`h.org_id = ${orgId}::uuid and h.account_id = a.id and h.state = 'active'`;
  const moment = sql`${at.toISOString()}::timestamptz`;
  const rows = await orm.execute<{
    id: string;
    amount: string;
    oldest: string | null;
    next: string | null;
  }>(sql`
    select a.id, due.amount, due.oldest, later.next
    from unnest(${array(accountIds, "uuid")}) as a (id)
    cross join lateral (
      select coalesce(sum(h.remaining) filter (where h.on_expiry = 'release'), 0) as amount, min(h.expires_at) as oldest
      from holds h where ${isActive} and h.expires_at <= ${moment}) as due
    cross join lateral (
      select min(h.expires_at) as next from holds h where ${isActive} and h.expires_at > ${moment}) as later`);
  return new Map(
    rows.map(({ id, amount, oldest, next }) => {
      const first = oldest ?? next;
      return [id, { amount: Amount.of(amount), dueAt: first === null ? null : new Date(first) }];
    }),
  );
}

/** The holds that are due and to be captured: the oldest first, as many as fit into a batch. */
export async function dueCaptures(orm: Orm, { orgId, accountIds, at }: DueAt): Promise<Hold[]> {
  const rows = await selectHolds(orm)
    .where(
      and(
        eq(holds.orgId, orgId),
        eq(operations.orgId, orgId),
        sql`${holds.accountId} = any(${array(accountIds, "uuid")})`,
        // In the text: a plan for any state could not use the index of active ones.
        sql`${holds.state} = 'active'`,
        eq(holds.onExpiry, "capture"),
        lte(holds.expiresAt, at),
      ),
    )
    .orderBy(asc(holds.expiresAt), asc(holds.id))
    .limit(capturedMax);
  return rows.map((row) => holdOf(row, row));
}

/** Holds by id. Only whoever has locked their accounts may change them. */
export async function findHolds(orm: Orm, orgId: string, ids: readonly string[]): Promise<Hold[]> {
  const row = selectHolds(orm)
    .where(and(eq(holds.orgId, orgId), eq(operations.orgId, orgId), isKey(holds.id)))
    .limit(1)
    .as("row");
  const rows = await orm
    .select(row._.selectedFields)
    .from(keys(array(ids, "uuid")))
    .crossJoinLateral(row);
  return rows.map((row) => holdOf(row, row));
}

/** Holds with their free texts, which the operation that created each one has. */
function selectHolds(orm: Orm) {
  const { key, source, description, userId, metadata } = operations;
  return orm
    .select({ ...getTableColumns(holds), key, source, description, userId, metadata })
    .from(holds)
    .innerJoin(operations, and(eq(operations.orgId, holds.orgId), eq(operations.id, holds.id)));
}
