import { and, eq, isNull } from "drizzle-orm";
import type { Orm } from "../driver/orm.ts";
import { customers } from "../schema.ts";

/** Who owes or holds money in an organization, as it is stored. */
export type Customer = typeof customers.$inferSelect;

export interface CustomerId {
  readonly orgId: string;
  readonly id: string;
}

/**
 * Locks a customer's row until its transaction ends, and answers it; decisions about its balances go on. Undefined where
 * it is deleted. A lock for `update` also keeps it from getting another account; one for `key share` only keeps it from
 * being deleted.
 */
export async function lockCustomer(
  orm: Orm,
  which: CustomerId,
  strength: "key share" | "no key update" | "update" = "no key update",
): Promise<Customer | undefined> {
  const isLive = and(isCustomer(which), isNull(customers.deletedAt));
  const [locked] = await orm.select().from(customers).where(isLive).for(strength);
  return locked;
}

export function isCustomer({ orgId, id }: CustomerId) {
  return and(eq(customers.orgId, orgId), eq(customers.id, id));
}
