import { type Placeholder, type SQL, sql } from "drizzle-orm";
import type { Orm } from "../driver/orm.ts";

const advisoryLockClass = sql.raw("7400004");

/**
 * Lets changes in an organization that must not cross take turns until the transaction ends; bookings go on. Asked without
 * a table: where that of organizations is kept on every node, a lock of its row would have to ask them all.
 */
export async function lockOrganization(orm: Orm, orgId: string): Promise<void> {
  await orm.execute(sql`select pg_advisory_xact_lock(${advisoryLockClass}, ${lockNumber(orgId)})`);
}

/** Stands for an organization in an advisory lock. Two may have one by chance: then they wait for each other. */
export function lockNumber(org: Placeholder | string): SQL {
  return sql`hashtext(${org}::text)`;
}
