import { and, asc, eq, isNull } from "drizzle-orm";
import type { Orm } from "../driver/statements/orm.ts";
import { accounts, customers } from "../schema.ts";

/** Who owes or holds money in an organization, as it is stored. */
export type Customer = typeof customers.$inferSelect;

export interface CustomerId {
  readonly orgId: string;
  readonly id: string;
}

/**
 * Locks a customer's row until its transaction ends, and answers it; decisions about its balances go on. Undefined where
 * it is deleted. One for `key share` only keeps it from being deleted.
 */
export async function lockCustomer(
  orm: Orm,
  which: CustomerId,
  strength: "key share" | "no key update" = "no key update",
): Promise<Customer | undefined> {
  const isLive = and(isCustomer(which), isNull(customers.deletedAt));
  const [locked] = await orm.select().from(customers).where(isLive).for(strength);
  return locked;
}

/**
 * Waits for every decision about a customer whose row is locked, and lets no other begin until the transaction ends: so
 * what is acknowledged afterwards was decided by what is written now. The row first, for decisions about accounts that do
 * not exist yet.
 */
export async function lockDecisions(orm: Orm, which: CustomerId): Promise<void> {
  await orm.select({ id: customers.id }).from(customers).where(isCustomer(which)).for("update");
  await orm
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.orgId, which.orgId), eq(accounts.customerId, which.id)))
    .orderBy(asc(accounts.id))
    .for("no key update");
}

export function isCustomer({ orgId, id }: CustomerId) {
  return and(eq(customers.orgId, orgId), eq(customers.id, id));
}
