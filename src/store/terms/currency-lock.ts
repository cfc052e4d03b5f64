import { type Placeholder, type SQL, sql } from "drizzle-orm";
import type { Orm } from "../driver/statements/orm.ts";
import { atHome, lockNumber, lockOrganization } from "../tenants/organization-lock.ts";

/** Advisory locks by which decisions and changes of currencies keep apart, one for each organization. */
const advisoryLockClass = sql.raw("7400003");

/**
 * What a decision asks before it reads currencies, which is by a later statement: until its transaction ends none of the
 * organization's changes. Decisions share it.
 */
export function sharedCurrencies(org: Placeholder | string): SQL {
  return sql`pg_advisory_xact_lock_shared(${advisoryLockClass}, ${lockNumber(org)})`;
}

/** The same for a change that is no batch: behind its locks of rows, as batches take theirs. */
export async function shareCurrencies(orm: Orm, orgId: string): Promise<void> {
  await orm.execute(atHome(sharedCurrencies(orgId), orgId));
}

/** The same where the organization's rows are, as a column of a statement that locks some of them: once it has the first. */
export function keepsCurrencies(org: Placeholder): SQL {
  return sql`(select ${sharedCurrencies(org)})::text as "keepsCurrencies"`;
}

/**
 * Waits for the decisions that may have read the currencies of an organization, and lets no other begin until the
 * transaction ends. Changes take turns before it.
 */
export async function lockCurrencies(orm: Orm, orgId: string): Promise<void> {
  await lockOrganization(orm, orgId);
  await orm.execute(atHome(sql`pg_advisory_xact_lock(${advisoryLockClass}, ${lockNumber(orgId)})`, orgId));
}
