import { and, eq, type SQL, sql } from "drizzle-orm";
import type { PgSelect } from "drizzle-orm/pg-core";
import type { AccountAfter, AccountOwner, CustomerState } from "../../domain/account.ts";
import { Amount } from "../../domain/amount.ts";
import { minimumBalanceAt, type OwnLimit, ownLimitsAt, type TemporaryLimit } from "../../domain/limit.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { accounts, currencies, customers, type StoredLimit } from "../schema.ts";

/** An account as a reader sees it. */
export interface Account extends AccountAfter {
  /** Null for a counter-account. */
  readonly customer: CustomerState | null;
  readonly ownLimits: readonly OwnLimit[];
  /** Null where the currency decides. */
  readonly ownCaptureOverdraft: Amount | null;
  /** Whether time alone has caused a booking that is not made yet: the account is to be settled before it is read. */
  readonly isUnsettled: boolean;
  readonly createdAt: Date;
  /** Time of the newest entry; of its creation where there is none. */
  readonly updatedAt: Date;
}

/**
 * Holds of an account that are due, as far as one read adds them up; those beyond count as held. Each change of the account
 * notes 1,000 of them, and decides by all, so a read may show less than there is and never more.
 */
const dueMax = 100_000;

/** The id of an organization, or what stands for it in a statement. */
type Org = string | SQL;

/** Of the holds of an account that are due, what those to be released come to, and whether any is to be captured. */
const dueHolds = (org: Org, answer: "released" | "unsettled") => sql<string>`(
  select ${answer === "released" ? sql`coalesce(sum(h.remaining) filter (where h.on_expiry = 'release'), 0)` : sql`coalesce(bool_or(h.on_expiry = 'capture'), false)`}
  from (select remaining, on_expiry from holds where org_id = ${org} and account_id = ${accounts.id}
    and state = 'active' and expires_at <= now() order by expires_at limit ${sql.raw(String(dueMax))}) as h)`;

/**
 * The columns of an account, and what decides about it now beside: its customer, its currency and the time. Each table
 * is told the organization: of those that are to find it by joins a distributed PostgreSQL does not see that all of them
 * are on one node.
 */
export const readColumns = (org: Org) => ({
  id: accounts.id,
  customerId: accounts.customerId,
  counter: accounts.counter,
  currency: accounts.currency,
  version: accounts.version,
  sequence: accounts.sequence,
  funded: accounts.funded,
  spent: accounts.spent,
  withdrawn: accounts.withdrawn,
  held: accounts.held,
  minimumBalance: accounts.minimumBalance,
  temporaryLimits: accounts.temporaryLimits,
  captureOverdraft: accounts.captureOverdraft,
  createdAt: accounts.createdAt,
  updatedAt: accounts.updatedAt,
  customer: sql<CustomerState | null>`case when ${customers.deletedAt} is not null then 'deleted' else ${customers.state} end`,
  creditLimit: sql<
    string | null
  >`case when ${customers.billingType} = 'postpaid' then coalesce(${accounts.ownCreditLimit}, ${currencies.creditLimit}) end`,
  now: sql<string>`now()`,
  /** What expired holds are still noted as held. */
  expired: sql<string>`case when ${accounts.dueAt} <= now() then ${dueHolds(org, "released")} else 0 end`,
  isUnsettled: sql<boolean>`case when ${accounts.dueAt} <= now() then ${dueHolds(org, "unsettled")} else false end`,
});

type Stored = typeof accounts.$inferSelect;
/** What `selectAccounts` answers. */
export type AccountRow = Omit<Stored, "orgId" | "stripe" | "ownCreditLimit" | "dueAt"> & {
  readonly customer: CustomerState | null;
  readonly creditLimit: string | null;
  readonly now: string;
  readonly expired: string;
  readonly isUnsettled: boolean;
};

/** Accounts, a row each with all that `readAccount` asks of one. Which ones of the organization is for the caller to say. */
export function selectAccounts(orm: Orm, orgId: Org) {
  return withCustomerAndCurrency(orm.select(readColumns(orgId)).from(accounts).$dynamic(), orgId);
}

/** Joins what `readColumns` takes from elsewhere, for a select that has other columns too. */
export function withCustomerAndCurrency<S extends PgSelect<"accounts">>(select: S, orgId: Org) {
  return select
    .leftJoin(customers, and(eq(customers.orgId, orgId), eq(customers.id, accounts.customerId)))
    .leftJoin(currencies, and(eq(currencies.orgId, orgId), eq(currencies.code, accounts.currency)));
}

/** The account of a row that was read with `readColumns`, as it stands now. */
export function readAccount(row: AccountRow): Account {
  const owner = ownerOf(row);
  const limit = limitOf(row);
  const now = new Date(row.now);
  return {
    id: row.id,
    owner,
    currency: row.currency,
    version: row.version,
    sequence: row.sequence,
    funded: Amount.of(row.funded),
    spent: Amount.of(row.spent),
    withdrawn: Amount.of(row.withdrawn),
    held: Amount.of(row.held).minus(Amount.of(row.expired)),
    minimumBalance: "counter" in owner ? null : minimumBalanceAt(limit, now),
    ownLimits: ownLimitsAt(limit, now),
    ownCaptureOverdraft: row.captureOverdraft === null ? null : Amount.of(row.captureOverdraft),
    customer: row.customer,
    isUnsettled: row.isUnsettled,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

/** How low the balance of an account may go, as it was set. */
export function limitOf(row: {
  readonly minimumBalance: string | null;
  readonly temporaryLimits: readonly StoredLimit[] | null;
  readonly creditLimit: string | null;
}) {
  return {
    temporary: temporaryLimitsOf(row.temporaryLimits),
    lasting: row.minimumBalance === null ? null : Amount.of(row.minimumBalance),
    fallback: fallbackOf(row.creditLimit),
  };
}

export function temporaryLimitsOf(stored: readonly StoredLimit[] | null): readonly TemporaryLimit[] {
  return stored === null
    ? []
    : stored.map(({ minimum, ends_at }) => ({ minimum: Amount.of(minimum), endsAt: new Date(ends_at) }));
}

/** How low a balance may go without a limit of its own. The credit limit is null where the customer is prepaid. */
export function fallbackOf(creditLimit: string | null): Amount {
  return creditLimit === null ? Amount.zero : Amount.of(creditLimit).negated();
}

export function ownerOf(row: {
  readonly customerId: string | null;
  readonly counter: string | null;
}): AccountOwner {
  if (row.customerId !== null) return { customerId: row.customerId };
  if (row.counter !== null) return { counter: row.counter };
  throw new Error("an account belongs to nobody");
}
