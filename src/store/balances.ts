import { and, eq, type SQL, sql } from "drizzle-orm";
import { availableOf } from "../domain/account.ts";
import type { Amount } from "../domain/amount.ts";
import { isUuid } from "../domain/uuid.ts";
import { type Account, fallbackOf, readAccount, readColumns } from "./accounts.ts";
import { type Columns, columnTexts, tablePlaceholder } from "./arrays.ts";
import type { Customer } from "./customers/customers.ts";
import { Coalescer } from "./driver/coalescer.ts";
import type { Database } from "./driver/database.ts";
import { keptQuery } from "./driver/kept-query.ts";
import { accounts, currencies, customers } from "./schema.ts";

/** Whose balance, in what. */
export interface BalanceKey {
  readonly orgId: string;
  /** By id, or by email without regard to case. */
  readonly customer: string;
  readonly currency: string;
}

/** A customer, and its account in a currency. */
export interface Balance {
  readonly customer: Pick<Customer, "id" | "state" | "billingType" | "createdAt">;
  /** Undefined where there is none yet. */
  readonly account: Account | undefined;
  /** How low the balance may go: as the account says, or as one would begin. */
  readonly minimumBalance: Amount;
}

/** What the customer may spend while it is active. */
export function availableIn({ account, minimumBalance }: Balance): Amount {
  return (account && availableOf(account)) ?? minimumBalance.negated();
}

const customerColumns = {
  id: customers.id,
  state: customers.state,
  billingType: customers.billingType,
  createdAt: customers.createdAt,
};

const wantedColumns = {
  n: ["bigint", ([index]) => index],
  wanted_org: ["uuid", ([, { orgId }]) => orgId],
  wanted_id: ["uuid", ([, { customer }]) => (isUuid(customer) ? customer : null)],
  wanted_email: ["text", ([, { customer }]) => (isUuid(customer) ? null : customer.toLowerCase())],
  wanted_currency: ["text", ([, { currency }]) => currency],
} satisfies Columns<readonly [number, BalanceKey]>;

function balances(id: SQL) {
  return keptQuery((orm) =>
    orm
      .select({
        n: sql<string>`n`,
        customer: customerColumns,
        account: readColumns,
        creditLimit: currencies.creditLimit,
      })
      .from(sql`${tablePlaceholder("w", wantedColumns)}`)
      .innerJoin(
        customers,
        sql`${customers.orgId} = wanted_org and ${customers.id} = ${id} and ${customers.deletedAt} is null`,
      )
      .leftJoin(
        accounts,
        and(
          eq(accounts.orgId, customers.orgId),
          eq(accounts.customerId, customers.id),
          sql`${accounts.currency} = wanted_currency`,
        ),
      )
      .leftJoin(
        currencies,
        sql`${currencies.orgId} = wanted_org and ${currencies.code} = wanted_currency
          and ${customers.billingType} = 'postpaid'`,
      )
      .prepare("balances"),
  );
}

/** Where all are wanted by id, for a plan with less in it. */
const balancesById = balances(sql`wanted_id`);

/** By id or email. An email names the active customer, where a disabled one has it too. */
const balancesByEither = balances(sql`coalesce(wanted_id, (
  select c.id from customers c where c.org_id = wanted_org and lower(c.email) = wanted_email and c.deleted_at is null
  order by c.state, c.created_at desc limit 1))`);

/** Reads balances. Those that are asked for together share one query. */
export class Balances {
  private readonly coalescer: Coalescer<BalanceKey, Balance | undefined>;

  constructor(private readonly database: Database) {
    this.coalescer = new Coalescer((keys) => this.load(keys), {
      // No text has a NUL, and both an email and a currency may have anything else.
      nameOf: ({ orgId, customer, currency }) => `${orgId}\0${customer}\0${currency}`,
      keysMax: 256,
      loadsMax: 2,
    });
  }

  /** Undefined where there is no such customer. */
  find(key: BalanceKey): Promise<Balance | undefined> {
    return this.coalescer.get(key);
  }

  private async load(keys: readonly BalanceKey[]): Promise<(Balance | undefined)[]> {
    const isById = keys.every(({ customer }) => isUuid(customer));
    const query = isById ? balancesById : balancesByEither;
    const rows = await query(this.database.keyed()).execute(columnTexts([...keys.entries()], wantedColumns));
    const found = new Map(rows.map((row) => [Number.parseInt(row.n, 10), row]));
    return keys.map((_, index) => {
      const row = found.get(index);
      if (row === undefined) return undefined;
      const account = row.account === null ? undefined : readAccount(row.account);
      const minimumBalance = account?.minimumBalance ?? fallbackOf(row.creditLimit);
      return { customer: row.customer, account, minimumBalance };
    });
  }
}
