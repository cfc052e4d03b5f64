import { sql } from "drizzle-orm";
import type { AccountState } from "../../../domain/account.ts";
import type { Recorded, Side } from "../../../domain/recorded.ts";
import { type Columns, columnNames, table } from "../../../store/driver/statements/arrays.ts";
import type { Orm } from "../../../store/driver/statements/orm.ts";
import { tableColumns } from "../../../store/driver/statements/table-columns.ts";
import { accounts, operations } from "../../../store/schema.ts";
import { homeOf } from "../../../store/settlement/home.ts";
import { mustWrite } from "./counted.ts";

/** A movement of money that an import books. */
export interface Booking extends Omit<Recorded, "kind" | "metadata" | "to" | "hold"> {
  readonly kind: "credit" | "charge" | "refund";
  readonly to: Side;
  /** A JSON object as text, to the letter as it is there. */
  readonly metadata: string;
}

const operationColumns: Columns<Booking> = tableColumns(operations, {
  id: ({ id }) => id,
  key: ({ key }) => key,
  kind: ({ kind }) => kind,
  amount: ({ amount }) => amount.toString(),
  currency: ({ currency }) => currency,
  source: ({ source }) => source,
  description: ({ description }) => description,
  userId: ({ userId }) => userId,
  metadata: ({ metadata }) => metadata,
  asked: ({ asked }) => (asked === null ? null : JSON.stringify(asked)),
  refersTo: ({ refersTo }) => refersTo,
  returned: ({ returned }) => returned?.toString() ?? null,
  fromAccountId: ({ from }) => from.account.id,
  fromCustomerId: ({ from }) => customerOf(from),
  fromCounter: ({ from }) => counterOf(from),
  fromVersion: ({ from }) => from.account.version,
  fromSequence: ({ from }) => from.account.sequence,
  fromAt: ({ from }) => from.at,
  fromFunded: ({ from }) => from.account.funded.toString(),
  fromSpent: ({ from }) => from.account.spent.toString(),
  fromWithdrawn: ({ from }) => (isCounter(from) ? null : from.account.withdrawn.toString()),
  fromHeld: ({ from }) => (isCounter(from) ? null : from.account.held.toString()),
  fromMinimum: ({ from }) => from.account.minimumBalance?.toString() ?? null,
  toAccountId: ({ to }) => to.account.id,
  toCustomerId: ({ to }) => customerOf(to),
  toCounter: ({ to }) => counterOf(to),
  toVersion: ({ to }) => to.account.version,
  toSequence: ({ to }) => to.account.sequence,
  toAt: ({ to }) => to.at,
  toFunded: ({ to }) => to.account.funded.toString(),
  toSpent: ({ to }) => to.account.spent.toString(),
  toWithdrawn: ({ to }) => (isCounter(to) ? null : to.account.withdrawn.toString()),
  toHeld: ({ to }) => (isCounter(to) ? null : to.account.held.toString()),
  toMinimum: ({ to }) => to.account.minimumBalance?.toString() ?? null,
  createdBy: ({ createdBy }) => createdBy,
  createdAt: ({ createdAt }) => createdAt,
});

/** Where another transaction has done one of the operations meanwhile, the primary key is violated and nothing stands. */
export async function insertBookings(orm: Orm, orgId: string, bookings: readonly Booking[]): Promise<void> {
  const columns = columnNames(operationColumns);
  const [first] = bookings;
  if (first === undefined) return;
  const home = homeOf({ org: orgId, id: payerOrPayee(first) });
  const written = await orm.execute(sql`
    insert into operations (org_id, ${columns})
    select ${home.org}, ${columns} from ${home.before}${table("r", bookings, operationColumns)}`);
  mustWrite(written, bookings.length, "operations");
}

/** An account before and after. */
export interface ChangedAccount {
  readonly before: AccountState;
  readonly after: AccountState;
  /** The time of the first of its new entries. */
  readonly firstAt: Date;
}

const changedColumns: Columns<ChangedAccount> = {
  ...tableColumns(accounts, {
    id: ({ after }: ChangedAccount) => after.id,
    version: ({ after }) => after.version,
    sequence: ({ after }) => after.sequence,
    funded: ({ after }) => after.funded.toString(),
    spent: ({ after }) => after.spent.toString(),
    updatedAt: ({ after }) => after.newestAt,
  }),
  version_before: ["bigint", ({ before }) => before.version],
  first_at: ["timestamptz", ({ firstAt }) => firstAt],
};

/** An account is there since its first entry at the latest. */
export async function updateAccounts(
  orm: Orm,
  orgId: string,
  changed: readonly ChangedAccount[],
): Promise<void> {
  const written = await orm.execute(sql`
    update accounts as a set version = r.version, sequence = r.sequence, funded = r.funded, spent = r.spent,
      updated_at = r.updated_at, created_at = least(a.created_at, r.first_at)
    from ${table("r", changed, changedColumns)}
    where a.org_id = ${orgId}::uuid and a.id = r.id and a.version = r.version_before`);
  mustWrite(written, changed.length, "accounts");
}

/** The customer of a booking: of two, who pays. */
export function payerOrPayee({ id, from, to }: Booking): string {
  const customerId = customerOf(from) ?? customerOf(to);
  if (customerId === null) throw new Error(`operation ${id} is of no customer`);
  return customerId;
}

function customerOf({ account: { owner } }: Side): string | null {
  return "customerId" in owner ? owner.customerId : null;
}

function counterOf({ account: { owner } }: Side): string | null {
  return "counter" in owner ? owner.counter : null;
}

function isCounter({ account: { owner } }: Side): boolean {
  return "counter" in owner;
}
