import { type SQL, sql } from "drizzle-orm";
import { type AccountRef, accountOf } from "../../domain/account.ts";
import { ownerOf } from "../books/account.ts";
import { uuidsText } from "../driver/statements/arrays.ts";
import { type Statement, statement } from "../driver/statements/statement.ts";
import type { Transaction } from "../driver/transactions/lane.ts";
import { keepsCurrencies } from "../terms/currency-lock.ts";

/** An account that exists, with its id. */
export interface LocatedAccount {
  readonly ref: AccountRef;
  readonly id: string;
}

/** An account that was to be locked does not exist: whoever located it must locate it again. */
export class AccountMissing extends Error {
  override readonly name = "AccountMissing";
  /** PostgreSQL's code for a serialization failure, after which a transaction is tried again. */
  readonly code = "40001";

  constructor(readonly refs: readonly AccountRef[]) {
    super(`not there: ${refs.map(({ key }) => key).join(", ")}`);
  }
}

/** The row of a locked account. */
export interface LockedRow {
  readonly id: string;
  /** The place of the row (ctid), which does not change while it is locked; null where the tables may be spread. */
  readonly tuple: string | null;
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
  readonly creditLimit: string | null;
  readonly captureOverdraft: string | null;
  /** In seconds since 1970. A time as text would cost both sides a microsecond. */
  readonly newestAt: number;
}

/** An account whose lock the transaction has. */
export interface LockedAccount {
  readonly ref: AccountRef;
  readonly row: LockedRow;
}

/** After a wait PostgreSQL locks and returns the newest version of a row, so no second read is needed. */
const lockRows = (tuple: SQL) => sql`
  select id, ${tuple} as tuple, customer_id as "customerId", counter, currency, version, sequence, funded, spent, withdrawn, held,
    due_at::text as "dueAt", minimum_balance as "minimumBalance",
    temporary_limits::text as "temporaryLimits", credit_limit as "creditLimit",
    capture_overdraft as "captureOverdraft", date_part('epoch', updated_at) as "newestAt"
  from accounts where org_id = ${sql.placeholder("org")}::uuid and id = any(${sql.placeholder("ids")}::uuid[])
  order by id for no key update`;
const lock = locking(sql``);
const lockFree = locking(sql` skip locked`);

/** Where the tables may be spread, this also keeps currencies from changing; elsewhere `momentOf` does. */
function locking(patience: SQL): (isDistributed: boolean) => Statement<"org" | "ids"> {
  const ofAlone = statement<"org" | "ids">(sql`${lockRows(sql`ctid`)}${patience}`);
  const ofSpread = statement<"org" | "ids">(
    sql`select locked.*, ${keepsCurrencies(sql.placeholder("org"))}
  from (${lockRows(sql`null`)}${patience}) as locked`,
  );
  return (isDistributed) => (isDistributed ? ofSpread : ofAlone);
}

/** The lock timeout of a command that waits in line, in milliseconds. */
const lineLockMsMax = 1_000;

const longerTimeout = statement<never>(sql.raw(`set local lock_timeout = ${lineLockMsMax}`))({});

/** Raises the lock timeout for the rest of a transaction, so that it gets its turn in PostgreSQL's queue for a lock. */
export async function waitLonger(transaction: Transaction): Promise<void> {
  await transaction.rows(longerTimeout);
}

/** Locks accounts in the order of their ids, as every batch does, so that batches never deadlock. Waits for locks of others. */
export async function lockAccounts(
  transaction: Transaction,
  orgId: string,
  accounts: readonly LocatedAccount[],
): Promise<readonly LockedAccount[]> {
  if (accounts.length === 0) return [];
  const query = lock(transaction.isDistributed);
  const locked = compared(accounts, await transaction.rows(query({ org: orgId, ids: idsOf(accounts) })));
  if (locked.length !== accounts.length) throw new AccountMissing(accounts.map(({ ref }) => ref));
  return locked;
}

/** Locks the accounts that nobody else has locked. Never waits. */
export async function lockFreeAccounts(
  transaction: Transaction,
  orgId: string,
  accounts: readonly LocatedAccount[],
): Promise<readonly LockedAccount[]> {
  if (accounts.length === 0) return [];
  const query = lockFree(transaction.isDistributed);
  return compared(accounts, await transaction.rows(query({ org: orgId, ids: idsOf(accounts) })));
}

/** Compares each row with the account that it was locked for. */
function compared(accounts: readonly LocatedAccount[], rows: readonly LockedRow[]): LockedAccount[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const locked: LockedAccount[] = [];
  for (const { ref, id } of accounts) {
    const row = byId.get(id);
    if (row === undefined) continue;
    if (!isOf(row, ref)) {
      const { key } = accountOf(ownerOf(row), row.currency);
      throw new Error(`account ${id} is ${key}, and was locked as ${ref.key}`);
    }
    locked.push({ ref, row });
  }
  return locked;
}

function isOf(row: LockedRow, { owner, currency }: AccountRef): boolean {
  const isOwn =
    "customerId" in owner
      ? row.customerId === owner.customerId && row.counter === null
      : row.counter === owner.counter && row.customerId === null;
  return isOwn && row.currency === currency;
}

function idsOf(accounts: readonly LocatedAccount[]): string {
  return uuidsText(accounts.map(({ id }) => id));
}
