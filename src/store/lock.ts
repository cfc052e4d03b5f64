import { sql } from "drizzle-orm";
import { type AccountOwner, type AccountState, type Limit, minimumBalanceAt } from "../domain/account.ts";
import { Amount } from "../domain/amount.ts";
import { fallbackOf } from "./accounts.ts";
import { arrayText } from "./arrays.ts";
import type { Transaction } from "./driver/lane.ts";
import { statement } from "./driver/statement.ts";

/** An account that a batch touches, before its row is read. */
export interface AccountToLock {
  readonly id: string;
  readonly owner: AccountOwner;
  readonly currency: string;
}

/** When and by which transaction locks were taken. */
export interface Locking {
  readonly at: Date;
  /** PostgreSQL's id of the transaction. */
  readonly xid: string;
}

/** Counted and not answered: of the locked rows nothing is needed yet. The clock is asked when all of them are locked. */
const lock = statement<"org" | "ids">(sql`
  select date_trunc('milliseconds', clock_timestamp())::text as at, pg_current_xact_id()::text as xid, count(*)
  from (select from accounts where org_id = ${sql.placeholder("org")}::uuid
    and id = any(${sql.placeholder("ids")}::uuid[]) order by id for no key update) as locked`);

/**
 * Locks accounts in the order of their ids, as every batch does, and answers the database's clock, to the millisecond.
 * Asked after the locks are held, it never runs behind an entry under them.
 */
export async function lockAccounts(
  transaction: Transaction,
  orgId: string,
  accounts: readonly AccountToLock[],
): Promise<Locking> {
  const [row] = await transaction.rows<{ at: string; xid: string }>(
    lock({ org: orgId, ids: idsOf(accounts) }),
  );
  if (row === undefined) throw new Error("the database has no clock");
  return { at: new Date(row.at), xid: row.xid };
}

const read = statement<"org" | "ids">(sql`
  select a.id, a.version, a.funded, a.spent, a.held, a.holds_expire_at::text as "holdsExpireAt",
    a.minimum_balance as "minimumBalance", a.limit_ends_at::text as "limitEndsAt", a.limit_afterwards as "limitAfterwards",
    a.updated_at::text as "updatedAt", coalesce(c.state = 'active' and c.deleted_at is null, true) as enabled,
    c.deleted_at is not null as deleted,
    case when c.billing_type = 'postpaid' then coalesce(a.credit_limit, k.credit_limit) end as "creditLimit"
  from accounts a
  left join customers c on c.org_id = a.org_id and c.id = a.customer_id
  left join currencies k on k.org_id = a.org_id and k.code = a.currency and c.billing_type = 'postpaid'
  where a.org_id = ${sql.placeholder("org")}::uuid and a.id = any(${sql.placeholder("ids")}::uuid[])`);

interface LockedRow {
  readonly id: string;
  readonly version: string;
  readonly funded: string;
  readonly spent: string;
  readonly held: string;
  readonly holdsExpireAt: string | null;
  readonly minimumBalance: string | null;
  readonly limitEndsAt: string | null;
  readonly limitAfterwards: string | null;
  readonly updatedAt: string;
  readonly enabled: boolean;
  readonly deleted: boolean;
  readonly creditLimit: string | null;
}

/** An account under its lock, and the time of its newest entry. */
export interface LockedAccount {
  readonly updatedAt: Date;
  /** The account as it stands at a moment. */
  readonly stateAt: (at: Date) => AccountState;
}

/**
 * Reads accounts that are locked. A statement after the one that waited for the locks, so that it sees whatever was
 * committed until then, of customers and currencies too.
 */
export async function lockedAccounts(
  transaction: Transaction,
  orgId: string,
  accounts: readonly AccountToLock[],
): Promise<LockedAccount[]> {
  const rows = await transaction.rows<LockedRow>(read({ org: orgId, ids: idsOf(accounts) }));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return accounts.map((account) => {
    const row = byId.get(account.id);
    if (row === undefined) throw new Error(`account ${account.id} is gone`);
    return { updatedAt: new Date(row.updatedAt), stateAt: (at) => stateOf(account, row, at) };
  });
}

function stateOf({ id, owner, currency }: AccountToLock, row: LockedRow, at: Date): AccountState {
  return {
    id,
    owner,
    currency,
    version: Number(row.version),
    funded: Amount.of(row.funded),
    spent: Amount.of(row.spent),
    held: Amount.of(row.held),
    holdsExpireAt: optional(row.holdsExpireAt, (text) => new Date(text)),
    minimumBalance: "role" in owner ? null : minimumBalanceAt(limitOf(row), at),
    enabled: row.enabled,
    deleted: row.deleted,
  };
}

function limitOf(row: LockedRow): Limit {
  return {
    own: optional(row.minimumBalance, Amount.of),
    endsAt: optional(row.limitEndsAt, (text) => new Date(text)),
    afterwards: optional(row.limitAfterwards, Amount.of),
    fallback: fallbackOf(row.creditLimit),
  };
}

function optional<T>(text: string | null, parse: (text: string) => T): T | null {
  return text === null ? null : parse(text);
}

function idsOf(accounts: readonly AccountToLock[]): string {
  const ids = accounts.map(({ id }) => id);
  return arrayText(ids, "uuid");
}
