import { sql } from "drizzle-orm";
import { type AccountRef, type AccountState, accountOf, type CustomerState } from "../../domain/account.ts";
import { Amount } from "../../domain/amount.ts";
import { minimumBalanceAt } from "../../domain/limit.ts";
import { limitOf, ownerOf } from "../books/account.ts";
import { arrayText } from "../driver/arrays.ts";
import type { Transaction } from "../driver/lane.ts";
import { statement } from "../driver/statement.ts";
import type { StoredLimit } from "../schema.ts";
import { sharedCurrencies } from "../terms/currency-lock.ts";

/** An account that exists, with its id. */
export interface LocatedAccount {
  readonly ref: AccountRef;
  readonly id: string;
}

/** An account that was to be locked is not there: whoever said so is to look again. */
export class AccountMissing extends Error {
  override readonly name = "AccountMissing";
  /** As PostgreSQL calls what may succeed when it is tried again from the beginning. */
  readonly code = "40001";

  constructor(readonly refs: readonly AccountRef[]) {
    super(`not there: ${refs.map(({ key }) => key).join(", ")}`);
  }
}

const lockRows = sql`select id from accounts where org_id = ${sql.placeholder("org")}::uuid
  and id = any(${sql.placeholder("ids")}::uuid[]) order by id for no key update`;
const lock = statement<"org" | "ids">(sql`select count(*) as locked from (${lockRows}) as l`);
const lockFree = statement<"org" | "ids">(
  sql`select string_agg(id::text, ',') as ids from (${lockRows} skip locked) as l`,
);

/** Longest time that whoever waits in line waits for one lock, in milliseconds. */
const lineLockMsMax = 1_000;

const longerTimeout = statement<never>(sql.raw(`set local lock_timeout = ${lineLockMsMax}`))({});

/** Lets the rest of a transaction wait longer for a lock than others do, so that it gets its turn among those who wait. */
export async function waitLonger(transaction: Transaction): Promise<void> {
  await transaction.rows(longerTimeout);
}

/** Locks accounts in the order of their ids, as every batch does. It waits for whoever has them. */
export async function lockAccounts(
  transaction: Transaction,
  orgId: string,
  accounts: readonly LocatedAccount[],
): Promise<void> {
  const [row] = await transaction.rows<{ locked: string }>(lock({ org: orgId, ids: idsOf(accounts) }));
  if (Number(row?.locked) !== accounts.length) throw new AccountMissing(accounts.map(({ ref }) => ref));
}

/** Locks those of the accounts that nobody has, and answers their ids. It waits for nobody. */
export async function lockFreeAccounts(
  transaction: Transaction,
  orgId: string,
  accounts: readonly LocatedAccount[],
): Promise<ReadonlySet<string>> {
  const [row] = await transaction.rows<{ ids: string | null }>(
    lockFree({ org: orgId, ids: idsOf(accounts) }),
  );
  return new Set(row?.ids?.split(",") ?? []);
}

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

const read = statement<"org" | "ids">(sql`
  select a.id, a.customer_id as "customerId", a.counter, a.currency, a.version, a.sequence, a.funded, a.spent,
    a.withdrawn, a.held, a.due_at::text as "dueAt", a.minimum_balance as "minimumBalance",
    a.temporary_limits::text as "temporaryLimits", a.updated_at::text as "newestAt",
    case when a.customer_id is null then null when c.deleted_at is not null then 'deleted' else c.state end as customer,
    case when c.billing_type = 'postpaid' then coalesce(a.credit_limit, k.credit_limit) end as "creditLimit",
    coalesce(a.capture_overdraft, k.capture_overdraft) as "captureOverdraft"
  from accounts a
  left join customers c on c.org_id = ${sql.placeholder("org")}::uuid and c.id = a.customer_id
  left join currencies k on k.org_id = ${sql.placeholder("org")}::uuid and k.code = a.currency
  where a.org_id = ${sql.placeholder("org")}::uuid and a.id = any(${sql.placeholder("ids")}::uuid[])`);

interface LockedRow {
  readonly id: string;
  readonly customerId: string | null;
  readonly counter: string | null;
  readonly currency: string;
  readonly version: string;
  readonly sequence: string;
  readonly funded: string;
  readonly spent: string;
  readonly withdrawn: string;
  readonly held: string;
  readonly dueAt: string | null;
  readonly minimumBalance: string | null;
  readonly temporaryLimits: string | null;
  readonly newestAt: string;
  readonly customer: CustomerState | null;
  readonly creditLimit: string | null;
  readonly captureOverdraft: string | null;
}

/**
 * Reads accounts that are locked. A statement after the one that waited for the locks, so that it sees whatever was
 * committed until then, of customers and currencies too. Each row is compared with what it was locked for.
 */
export async function lockedAccounts(
  transaction: Transaction,
  orgId: string,
  accounts: readonly LocatedAccount[],
): Promise<(at: Date) => AccountState[]> {
  const rows = await transaction.rows<LockedRow>(read({ org: orgId, ids: idsOf(accounts) }));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const located = accounts.map(({ ref, id }) => {
    const row = byId.get(id);
    if (row === undefined) throw new AccountMissing([ref]);
    const { key } = accountOf(ownerOf(row), row.currency);
    if (key !== ref.key) throw new Error(`account ${id} is ${key}, and was locked as ${ref.key}`);
    return { ref, row };
  });
  return (at) => located.map(({ ref, row }) => stateOf(ref, row, at));
}

function stateOf(ref: AccountRef, row: LockedRow, at: Date): AccountState {
  return {
    id: row.id,
    key: ref.key,
    owner: ref.owner,
    currency: ref.currency,
    isNew: false,
    version: Number(row.version),
    sequence: Number(row.sequence),
    funded: Amount.of(row.funded),
    spent: Amount.of(row.spent),
    withdrawn: Amount.of(row.withdrawn),
    held: Amount.of(row.held),
    overdue: Amount.zero,
    dueAt: row.dueAt === null ? null : new Date(row.dueAt),
    newestAt: new Date(row.newestAt),
    minimumBalance: "counter" in ref.owner ? null : minimumBalanceAt(limitOf(parsed(row)), at),
    customer: row.customer,
    captureOverdraft: row.captureOverdraft === null ? null : Amount.of(row.captureOverdraft),
  };
}

function parsed(row: LockedRow) {
  const temporaryLimits =
    row.temporaryLimits === null ? null : (JSON.parse(row.temporaryLimits) as readonly StoredLimit[]);
  return { ...row, temporaryLimits };
}

function idsOf(accounts: readonly LocatedAccount[]): string {
  return arrayText(
    accounts.map(({ id }) => id),
    "uuid",
  );
}
