import { and, eq, isNull, sql } from "drizzle-orm";
import type { PgUpdateSetSource } from "drizzle-orm/pg-core";
import type { Customer } from "./customers.ts";
import type { Orm } from "./orm.ts";
import { customers } from "./schema.ts";

export interface CustomerId {
  readonly orgId: string;
  readonly id: string;
}

/** Locks a customer's row until its transaction ends; decisions about its balances go on. False where it is deleted. */
export async function lockCustomer(orm: Orm, which: CustomerId): Promise<boolean> {
  const isLive = and(isCustomer(which), isNull(customers.deletedAt));
  const locked = await orm.select({ id: customers.id }).from(customers).where(isLive).for("no key update");
  return locked.length > 0;
}

export async function updateCustomer(
  orm: Orm,
  which: CustomerId,
  columns: PgUpdateSetSource<typeof customers>,
): Promise<Customer | undefined> {
  const changed = { ...columns, updatedAt: sql`now()` };
  const [row] = await orm.update(customers).set(changed).where(isCustomer(which)).returning();
  return row;
}

function isCustomer({ orgId, id }: CustomerId) {
  return and(eq(customers.orgId, orgId), eq(customers.id, id));
}
