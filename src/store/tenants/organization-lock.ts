import { type Placeholder, type SQL, sql } from "drizzle-orm";
import type { Orm } from "../driver/statements/orm.ts";

const advisoryLockClass = sql.raw("7400004");

type Organization = Placeholder | string;

/** Lets changes in an organization that must not cross take turns until the transaction ends; bookings go on. */
export async function lockOrganization(orm: Orm, orgId: string): Promise<void> {
  await orm.execute(atHome(sql`pg_advisory_xact_lock(${advisoryLockClass}, ${lockNumber(orgId)})`, orgId));
}

/** Stands for an organization in an advisory lock. Two may have one by chance: then they wait for each other. */
export function lockNumber(org: Organization): SQL {
  return sql`hashtext(${org}::text)`;
}

/**
 * Takes a lock where the rows of an organization are, by asking for it beside a count of none of them. One of the
 * coordinator's own, where the tables are spread over nodes, ends with the connection to it, when the COMMIT of what was
 * done under it may still be on its way to the node.
 */
export function atHome(lock: SQL, org: Organization): SQL {
  return sql`select ${lock} from (select count(*) from customers where org_id = ${org}::uuid and id is null) as home`;
}
