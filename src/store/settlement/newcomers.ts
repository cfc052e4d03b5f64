import { type SQL, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import {
  type AccountRef,
  type AccountState,
  type CustomerState,
  customerAccount,
  newAccount,
} from "../../domain/account.ts";
import { Amount } from "../../domain/amount.ts";
import { fallbackOf } from "../books/account.ts";
import { type Columns, columnTexts, tablePlaceholder } from "../driver/statements/arrays.ts";
import { statement } from "../driver/statements/statement.ts";
import type { Transaction } from "../driver/transactions/lane.ts";
import { keepsCurrencies } from "../terms/currency-lock.ts";

type Wanted = { readonly customerId: string; readonly currency: string };

const wantedColumns = {
  wanted_customer: ["uuid", ({ customerId }) => customerId],
  wanted_currency: ["text", ({ currency }) => currency],
} satisfies Columns<Wanted>;

type Names = "org" | keyof typeof wantedColumns;

/** Looks each one up by itself, as in driver/statements/keys.ts. For the lock on currencies see lock.ts. */
const lockCustomers = lockingCustomers(sql`count(*)`);
const lockSpreadCustomers = lockingCustomers(sql`count(*), ${keepsCurrencies(sql.placeholder("org"))}`);

function lockingCustomers(columns: SQL) {
  return statement<Names>(sql`
  select ${columns} from ${tablePlaceholder("w", wantedColumns)}
  cross join lateral (select c.id from customers c
    where c.org_id = ${sql.placeholder("org")}::uuid and c.id = wanted_customer limit 1 for key share) as locked`);
}

const readCustomers = statement<Names>(sql`
  select wanted_customer as "customerId", wanted_currency as currency,
    case when c.deleted_at is not null then 'deleted' else c.state end as customer,
    case when c.billing_type = 'postpaid' then k.credit_limit end as "creditLimit",
    k.capture_overdraft as "captureOverdraft"
  from ${tablePlaceholder("w", wantedColumns)}
  cross join lateral (select state, deleted_at, billing_type from customers
    where org_id = ${sql.placeholder("org")}::uuid and id = wanted_customer limit 1) as c
  left join currencies k on k.org_id = ${sql.placeholder("org")}::uuid and k.code = wanted_currency`);

interface CustomerRow {
  readonly customerId: string;
  readonly currency: string;
  readonly customer: CustomerState;
  readonly creditLimit: string | null;
  readonly captureOverdraft: string | null;
}

/**
 * Locks customers who have no account in a currency yet, so that they are not deleted before the transaction ends. Customers are
 * locked before accounts, as a deletion does.
 */
export async function lockNewcomers(
  transaction: Transaction,
  orgId: string,
  refs: readonly AccountRef[],
): Promise<void> {
  const query = transaction.isDistributed ? lockSpreadCustomers : lockCustomers;
  await transaction.rows(query({ org: orgId, ...columnTexts(wantedOf(refs), wantedColumns) }));
}

/** New accounts, not written yet; none for customers that do not exist. They are written only if something is booked on them. */
export async function newcomers(
  transaction: Transaction,
  orgId: string,
  refs: readonly AccountRef[],
): Promise<(at: Date) => AccountState[]> {
  const counters = refs.filter(({ owner }) => "counter" in owner);
  const wanted = wantedOf(refs);
  const rows =
    wanted.length === 0
      ? []
      : await transaction.rows<CustomerRow>(
          readCustomers({ org: orgId, ...columnTexts(wanted, wantedColumns) }),
        );
  return (at) => [
    ...counters.map((ref) => newAccount(uuidv7(), ref, at)),
    ...rows.map((row) =>
      newAccount(uuidv7(), customerAccount(row.customerId, row.currency), at, termsOf(row)),
    ),
  ];
}

/** The ids in order, which is the order of locking. */
function wantedOf(refs: readonly AccountRef[]): Wanted[] {
  return refs
    .flatMap(({ owner, currency }) =>
      "customerId" in owner ? [{ customerId: owner.customerId, currency }] : [],
    )
    .sort((a, b) => (a.customerId < b.customerId ? -1 : 1));
}

function termsOf({ creditLimit, customer, captureOverdraft }: CustomerRow) {
  return {
    minimumBalance: fallbackOf(creditLimit),
    customer,
    captureOverdraft: captureOverdraft === null ? null : Amount.of(captureOverdraft),
  };
}
