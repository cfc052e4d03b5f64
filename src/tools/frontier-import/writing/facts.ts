import { and, eq, isNotNull, sql } from "drizzle-orm";
import { type AccountState, accountOf } from "../../../domain/account.ts";
import { Amount } from "../../../domain/amount.ts";
import type { OperationKind } from "../../../domain/operation.ts";
import { type Account, readAccount, selectAccounts } from "../../../store/books/account.ts";
import { array } from "../../../store/driver/statements/arrays.ts";
import { keys } from "../../../store/driver/statements/keys.ts";
import type { Orm } from "../../../store/driver/statements/orm.ts";
import { accounts } from "../../../store/schema.ts";
import type { Place } from "./stripes.ts";

/** A row that is to be booked, as far as it says what has to be known first. */
export interface BookableRow {
  readonly id: string;
  readonly customerId: string;
  /** The charge that it gives back. */
  readonly refundOf: string | null;
  readonly createdAt: Date;
}

/** Where rows are booked: the stripe is that of the counter-accounts. */
export interface BookedPlace extends Place {
  readonly stripe: number;
}

/** An operation that is in the ledger. */
export interface PresentOperation {
  readonly kind: OperationKind;
  readonly amount: Amount;
  readonly currency: string;
  readonly customerId: string | null;
}

/** What has been charged, and how much of it was given back. */
export interface GivenCharge {
  readonly customerId: string;
  readonly amount: Amount;
  readonly returned: Amount;
}

/** What decides about rows that are to be booked. */
export interface BookingFacts {
  /** The database's clock. */
  readonly now: Date;
  /** By key: those of the rows' customers, and the counter-accounts. */
  readonly accounts: ReadonlyMap<string, AccountState>;
  /** By id. */
  readonly present: ReadonlyMap<string, PresentOperation>;
  /** By id. */
  readonly charges: ReadonlyMap<string, GivenCharge>;
}

/** Before every time that an entry can have. */
export const never = new Date(-8.64e15);

/** The accounts that rows are booked on. */
export async function bookedAccounts(
  orm: Orm,
  of: BookedPlace,
  rows: readonly BookableRow[],
): Promise<AccountState[]> {
  const customerIds = [...new Set(rows.map(({ customerId }) => customerId))];
  const isTheirs = sql`${accounts.customerId} = any(${array(customerIds, "uuid")})`;
  const isOfStripe = and(isNotNull(accounts.counter), eq(accounts.stripe, of.stripe));
  const isHere = and(eq(accounts.orgId, of.orgId), eq(accounts.currency, of.currency));
  const found: AccountState[] = [];
  // Each is found in an index of its own.
  for (const each of [isTheirs, isOfStripe])
    for (const row of await selectAccounts(orm, of.orgId).where(and(isHere, each)))
      found.push(stateOf(readAccount(row)));
  return found;
}

/** Locks accounts in the order of their ids, as every settlement does, and reads them once they are locked. */
export async function lockedAccounts(
  orm: Orm,
  orgId: string,
  ids: readonly string[],
): Promise<AccountState[]> {
  const isOne = and(eq(accounts.orgId, orgId), sql`${accounts.id} = any(${array(ids, "uuid")})`);
  await orm.select({ id: accounts.id }).from(accounts).where(isOne).orderBy(accounts.id).for("no key update");
  const found = await selectAccounts(orm, orgId).where(isOne);
  return found.map((row) => stateOf(readAccount(row)));
}

/** As the domain knows accounts, less what decides about permission: what Frontier has done is not asked again. */
function stateOf(account: Account): AccountState {
  return {
    ...account,
    key: accountOf(account.owner, account.currency).key,
    isNew: false,
    overdue: Amount.zero,
    dueAt: null,
    newestAt: account.version > 0 ? account.updatedAt : never,
    captureOverdraft: null,
  };
}

/** Everything that decides about rows. Each query asks one table for a list of keys, as the settlement's do. */
export async function bookingFacts(
  orm: Orm,
  of: Place & { readonly now: Date; readonly accounts: readonly AccountState[] },
  rows: readonly BookableRow[],
): Promise<BookingFacts> {
  const ids = rows.map(({ id }) => id);
  return {
    now: of.now,
    accounts: new Map(of.accounts.map((account) => [account.key, account])),
    present: await operationsOf(orm, of.orgId, ids),
    charges: await chargesOf(orm, of, rows),
  };
}

async function operationsOf(
  orm: Orm,
  orgId: string,
  ids: readonly string[],
): Promise<Map<string, PresentOperation>> {
  const rows = await orm.execute<{
    id: string;
    kind: OperationKind;
    amount: string;
    currency: string;
    customerId: string | null;
  }>(sql`
    select w.id, kind, amount, currency, "customerId" from ${keys(array(ids, "uuid"))} cross join lateral (
      select kind, amount, currency, coalesce(from_customer_id, to_customer_id) as "customerId"
      from operations o where o.org_id = ${orgId}::uuid and o.id = w.id limit 1) as o`);
  return new Map(rows.map(({ id, ...row }) => [id, { ...row, amount: Amount.of(row.amount) }]));
}

/** The charges that rows give back, as far as they are booked already. */
async function chargesOf(
  orm: Orm,
  of: Place,
  rows: readonly BookableRow[],
): Promise<Map<string, GivenCharge>> {
  const ids = rows.flatMap(({ refundOf }) => refundOf ?? []);
  if (ids.length === 0) return new Map();
  const booked = await operationsOf(orm, of.orgId, ids);
  const sums = await orm.execute<{ refersTo: string; returned: string }>(sql`
    select refers_to as "refersTo", max(returned) as returned from operations
    where org_id = ${of.orgId}::uuid and refers_to = any(${array(ids, "uuid")}) group by refers_to`);
  const returned = new Map(sums.map((row) => [row.refersTo, Amount.of(row.returned)]));
  return new Map(
    [...booked].flatMap(([id, { kind, currency, customerId, amount }]) =>
      kind === "charge" && currency === of.currency && customerId !== null
        ? [[id, { customerId, amount, returned: returned.get(id) ?? Amount.zero }] as const]
        : [],
    ),
  );
}
