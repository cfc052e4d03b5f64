import { isNull, sql } from "drizzle-orm";
import { table } from "./arrays.ts";
import { Coalescer } from "./coalescer.ts";
import type { Database } from "./database.ts";
import { retrying } from "./retry.ts";
import { customers } from "./schema.ts";

type Customer = typeof customers.$inferSelect;

/** A customer by its id, which is its own organization's only. */
export interface CustomerKey {
  readonly orgId: string;
  readonly id: string;
}

/** Finds customers by id. Those that are asked for together share one query. Deleted ones are not found. */
export class CustomersById {
  private readonly coalescer: Coalescer<CustomerKey, Customer | undefined>;

  constructor(private readonly database: Database) {
    const load = (keys: readonly CustomerKey[]) => retrying(() => this.load(keys));
    this.coalescer = new Coalescer(load, { nameOf, keysMax: 256, loadsMax: 2 });
  }

  find(key: CustomerKey): Promise<Customer | undefined> {
    return this.coalescer.get(key);
  }

  private async load(keys: readonly CustomerKey[]): Promise<(Customer | undefined)[]> {
    const wanted = table("w", keys, {
      wanted_org: ["uuid", ({ orgId }) => orgId],
      wanted_id: ["uuid", ({ id }) => id],
    });
    const rows = await this.database
      .orm()
      .select({ customer: customers })
      .from(sql`${wanted}`)
      .innerJoin(customers, sql`${customers.orgId} = wanted_org and ${customers.id} = wanted_id`)
      .where(isNull(customers.deletedAt));
    const found = new Map(rows.map(({ customer }) => [nameOf(customer), customer]));
    return keys.map((key) => found.get(nameOf(key)));
  }
}

function nameOf({ orgId, id }: CustomerKey): string {
  return `${orgId}/${id}`;
}
