import { and, eq, isNull, sql } from "drizzle-orm";
import type { Customer } from "./customers.ts";
import type { Orm } from "./driver/orm.ts";
import { customers } from "./schema.ts";

export interface CustomerId {
  readonly orgId: string;
  readonly id: string;
}

/**
 * Locks a customer's row until its transaction ends, and answers it; decisions about its balances go on. Undefined where
 * it is deleted. A lock for `update` also keeps it from getting another account.
 */
export async function lockCustomer(
  orm: Orm,
  which: CustomerId,
  strength: "no key update" | "update" = "no key update",
): Promise<Customer | undefined> {
  const isLive = and(isCustomer(which), isNull(customers.deletedAt));
  const [locked] = await orm.select().from(customers).where(isLive).for(strength);
  return locked;
}

export async function updateCustomer(orm: Orm, which: CustomerId, columns: Partial<Customer>): Promise<void> {
  await orm
    .update(customers)
    .set({ ...columns, updatedAt: sql`now()` })
    .where(isCustomer(which));
}

export function isCustomer({ orgId, id }: CustomerId) {
  return and(eq(customers.orgId, orgId), eq(customers.id, id));
}
