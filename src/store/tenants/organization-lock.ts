import { eq } from "drizzle-orm";
import type { Orm } from "../driver/orm.ts";
import { organizations } from "../schema.ts";

/** Locks an organization's row until the transaction ends: changes that must not cross take turns, and bookings go on. */
export async function lockOrganization(
  orm: Orm,
  orgId: string,
): Promise<typeof organizations.$inferSelect | undefined> {
  const [locked] = await orm
    .select()
    .from(organizations)
    .where(eq(organizations.id, orgId))
    .for("no key update");
  return locked;
}
