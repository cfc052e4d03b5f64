import { and, asc, desc, eq, isNull, sql } from "drizzle-orm";
import { array, type Columns, columnTexts, tablePlaceholder } from "./arrays.ts";
import { Coalescer } from "./driver/coalescer.ts";
import type { Database } from "./driver/database.ts";
import { keptQuery } from "./driver/kept-query.ts";
import { retrying } from "./retry.ts";
import { customers } from "./schema.ts";

type Customer = typeof customers.$inferSelect;

/** A customer by its id, which is its own organization's only. */
export interface CustomerKey {
  readonly orgId: string;
  readonly id: string;
}

const bounds = { keysMax: 256, loadsMax: 2 };

const wantedColumns = {
  wanted_org: ["uuid", ({ orgId }) => orgId],
  wanted_id: ["uuid", ({ id }) => id],
} satisfies Columns<CustomerKey>;

const customersById = keptQuery((orm) =>
  orm
    .select({ customer: customers })
    .from(sql`${tablePlaceholder("w", wantedColumns)}`)
    .innerJoin(customers, sql`${customers.orgId} = wanted_org and ${customers.id} = wanted_id`)
    .where(isNull(customers.deletedAt))
    .prepare("customers_by_id"),
);

/** Looks for customers on the way of every call. Those that are asked for together share one query. */
export class CustomerLookup {
  private readonly ids: Coalescer<CustomerKey, Customer | undefined>;
  private readonly billingAccounts: Coalescer<string, Customer | undefined>;

  constructor(private readonly database: Database) {
    this.ids = new Coalescer((keys) => retrying(() => this.loadIds(keys)), { nameOf, ...bounds });
    this.billingAccounts = new Coalescer((orgIds) => retrying(() => this.loadBillingAccounts(orgIds)), {
      nameOf: (orgId) => orgId,
      ...bounds,
    });
  }

  /** By id. A deleted one is not found. */
  byId(key: CustomerKey): Promise<Customer | undefined> {
    return this.ids.get(key);
  }

  /** The billing account of an organization: the active one before a disabled one, the newest of those. */
  billingAccount(orgId: string): Promise<Customer | undefined> {
    return this.billingAccounts.get(orgId);
  }

  private async loadIds(keys: readonly CustomerKey[]): Promise<(Customer | undefined)[]> {
    const rows = await customersById(this.database.keyed()).execute(columnTexts(keys, wantedColumns));
    const found = new Map(rows.map(({ customer }) => [nameOf(customer), customer]));
    return keys.map((key) => found.get(nameOf(key)));
  }

  private async loadBillingAccounts(orgIds: readonly string[]): Promise<(Customer | undefined)[]> {
    const { orgId, isBillingAccount, state, createdAt, deletedAt } = customers;
    const isTheirs = sql`${orgId} = any(${array(orgIds, "uuid")})`;
    const rows = await this.database
      .keyed()
      .selectDistinctOn([orgId])
      .from(customers)
      .where(and(isTheirs, eq(isBillingAccount, true), isNull(deletedAt)))
      .orderBy(orgId, asc(state), desc(createdAt))
      .limit(orgIds.length);
    const found = new Map(rows.map((row) => [row.orgId, row]));
    return orgIds.map((id) => found.get(id));
  }
}

function nameOf({ orgId, id }: CustomerKey): string {
  return `${orgId}/${id}`;
}
