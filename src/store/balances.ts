import { and, eq, sql } from "drizzle-orm";
import { type Account, readAccount, readColumns } from "./accounts.ts";
import { table } from "./arrays.ts";
import { Coalescer } from "./coalescer.ts";
import type { Customer } from "./customers.ts";
import type { Database } from "./database.ts";
import { accounts, currencies, customers } from "./schema.ts";

/** Whose balance, in what. */
export interface BalanceKey {
  readonly orgId: string;
  readonly customerId: string;
  readonly currency: string;
}

/** The customer, and its account in the currency; either undefined where there is none. */
export interface Balance {
  readonly customer: Pick<Customer, "id" | "state" | "billingType" | "createdAt"> | undefined;
  readonly account: Account | undefined;
}

const customerColumns = {
  id: customers.id,
  state: customers.state,
  billingType: customers.billingType,
  createdAt: customers.createdAt,
};

/** Reads balances. Those that are asked for together share one query. */
export class Balances {
  private readonly coalescer: Coalescer<BalanceKey, Balance>;

  constructor(private readonly database: Database) {
    this.coalescer = new Coalescer((keys) => this.load(keys), {
      nameOf: ({ orgId, customerId, currency }) => `${orgId}/${customerId}/${currency}`,
      keysMax: 256,
      loadsMax: 2,
    });
  }

  find(key: BalanceKey): Promise<Balance> {
    return this.coalescer.get(key);
  }

  private async load(keys: readonly BalanceKey[]): Promise<Balance[]> {
    const wanted = table("w", [...keys.entries()], {
      n: ["bigint", ([index]) => index],
      wanted_org: ["uuid", ([, { orgId }]) => orgId],
      wanted_customer: ["uuid", ([, { customerId }]) => customerId],
      wanted_currency: ["text", ([, { currency }]) => currency],
    });
    const rows = await this.database
      .keyed()
      .select({ n: sql<string>`n`, customer: customerColumns, account: readColumns })
      .from(sql`${wanted}`)
      .innerJoin(
        customers,
        sql`${customers.orgId} = wanted_org and ${customers.id} = wanted_customer and ${customers.deletedAt} is null`,
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
        and(eq(currencies.orgId, accounts.orgId), eq(currencies.code, accounts.currency)),
      );
    const found = new Map(rows.map((row) => [Number.parseInt(row.n, 10), row]));
    return keys.map((_, index) => {
      const row = found.get(index);
      // Drizzle says that the account may be null, but answers one without an id.
      const account = row?.account?.id ? readAccount(row.account) : undefined;
      return { customer: row?.customer, account };
    });
  }
}
