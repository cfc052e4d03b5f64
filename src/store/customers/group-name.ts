import { type SQL, sql } from "drizzle-orm";

/**
 * The name of the app group that a customer is, or was until it was deleted; null of any other. For a query that selects
 * from `customers`. A name of a deleted one is an email where it has an `@`, and no group's name has one.
 */
export function groupNameOf(orgId: string | SQL): SQL<string | null> {
  return sql<string | null>`coalesce(
    (select g.name from app_groups g where g.org_id = ${orgId}::uuid and g.customer_id = customers.id limit 1),
    case when customers.deleted_at is not null then (select n.name from customer_names n
      where n.org_id = ${orgId}::uuid and n.customer_id = customers.id and n.name not like '%@%' limit 1) end)`;
}
