import { and, eq, sql } from "drizzle-orm";
import { Amount } from "../domain/amount.ts";
import { isUuid } from "../domain/uuid.ts";
import { type Account, readAccount, readColumns } from "./accounts.ts";
import { table } from "./arrays.ts";
import { Coalescer } from "./coalescer.ts";
import type { Customer } from "./customers.ts";
import type { Database } from "./database.ts";
import { accounts, currencies, customers } from "./schema.ts";

/** Whose limits, in what. */
export interface LimitCheckKey {
  readonly orgId: string;
  /** By id, or by email without regard to case. */
  readonly customer: string;
  readonly currency: string;
}

/** All that decides whether a customer may spend. */
export interface Standing {
  readonly customer: Customer;
  /** Undefined where there is none yet. */
  readonly account: Account | undefined;
  /** What a postpaid customer without a limit of its own may owe in the currency. */
  readonly creditLimit: Amount;
}

/** Reads where customers stand. Those that are asked for together share one query. */
export class LimitChecks {
  private readonly coalescer: Coalescer<LimitCheckKey, Standing | undefined>;

  constructor(private readonly database: Database) {
    this.coalescer = new Coalescer((keys) => this.load(keys), {
      nameOf: ({ orgId, customer, currency }) => `${orgId}/${currency}/${customer}`,
      keysMax: 256,
      loadsMax: 2,
    });
  }

  /** Undefined where there is no such customer. */
  find(key: LimitCheckKey): Promise<Standing | undefined> {
    return this.coalescer.get(key);
  }

  private async load(keys: readonly LimitCheckKey[]): Promise<(Standing | undefined)[]> {
    const wanted = table("w", [...keys.entries()], {
      n: ["bigint", ([index]) => index],
      wanted_org: ["uuid", ([, { orgId }]) => orgId],
      wanted_id: ["uuid", ([, { customer }]) => (isUuid(customer) ? customer : null)],
      wanted_email: ["text", ([, { customer }]) => (isUuid(customer) ? null : customer.toLowerCase())],
      wanted_currency: ["text", ([, { currency }]) => currency],
    });
    // An email names the active customer, where a disabled one has it too.
    const named = sql`coalesce(wanted_id, (
      select c.id from customers c where c.org_id = wanted_org and lower(c.email) = wanted_email and c.deleted_at is null
      order by c.state, c.created_at desc limit 1))`;
    const rows = await this.database
      .keyed()
      .select({
        n: sql<string>`n`,
        customer: customers,
        account: readColumns,
        creditLimit: currencies.creditLimit,
      })
      .from(sql`${wanted}`)
      .innerJoin(
        customers,
        sql`${customers.orgId} = wanted_org and ${customers.id} = ${named} and ${customers.deletedAt} is null`,
      )
      .leftJoin(
        accounts,
        and(
          eq(accounts.orgId, customers.orgId),
          eq(accounts.customerId, customers.id),
          sql`${accounts.currency} = wanted_currency`,
        ),
      )
      .leftJoin(currencies, sql`${currencies.orgId} = wanted_org and ${currencies.code} = wanted_currency`);
    const found = new Map(rows.map((row) => [Number.parseInt(row.n, 10), row]));
    return keys.map((_, index) => {
      const row = found.get(index);
      if (row === undefined) return undefined;
      return {
        customer: row.customer,
        // Drizzle says that the account may be null, but answers one without an id.
        account: row.account?.id ? readAccount(row.account) : undefined,
        creditLimit: Amount.of(row.creditLimit ?? "0"),
      };
    });
  }
}
