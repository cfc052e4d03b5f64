import { and, eq, sql } from "drizzle-orm";
import type { Orm } from "../driver/statements/orm.ts";
import { accounts, customers } from "../schema.ts";
import { lockOrganization } from "../tenants/organization-lock.ts";
import type { Act } from "../trail/act.ts";
import { isActiveBillingAccount, isBillingAccount } from "./billing-account-condition.ts";
import type { Customer, CustomerId } from "./customer-row.ts";
import { insertCustomer } from "./customer-write.ts";

/** What a caller may say about a billing account. */
export type CustomerFields = Pick<
  Customer,
  "name" | "email" | "phone" | "address" | "taxData" | "invoiceCurrency" | "metadata"
>;

/** Why a billing account was not created; the customer that stands in the way. */
export type BillingAccountObstacle =
  | { readonly obstacle: "active"; readonly customerId: string }
  | { readonly obstacle: "owes"; readonly customerId: string }
  | { readonly obstacle: "email" };

/** Creates the billing account of an organization, in a transaction. Two that try at once take turns. */
export async function insertBillingAccount(
  act: Act,
  { orgId, id, fields }: CustomerId & { readonly fields: CustomerFields },
): Promise<Customer | BillingAccountObstacle> {
  await lockOrganization(act.orm, orgId);
  const obstacle = await obstacleTo(act.orm, orgId);
  return obstacle ?? insertCustomer(act, { orgId, id, isBillingAccount: true, ...fields });
}

async function obstacleTo(orm: Orm, orgId: string): Promise<BillingAccountObstacle | undefined> {
  const isTheirs = eq(customers.orgId, orgId);
  const [active] = await orm
    .select({ customerId: customers.id })
    .from(customers)
    .where(and(isTheirs, isActiveBillingAccount))
    .limit(1);
  if (active !== undefined) return { obstacle: "active", ...active };
  const owes = sql`${accounts.funded} < ${accounts.spent} + ${accounts.withdrawn}`;
  const [owing] = await orm
    .select({ customerId: customers.id })
    .from(customers)
    .innerJoin(accounts, and(eq(accounts.orgId, orgId), eq(accounts.customerId, customers.id)))
    .where(and(isTheirs, isBillingAccount, owes))
    .limit(1);
  return owing === undefined ? undefined : { obstacle: "owes", ...owing };
}
