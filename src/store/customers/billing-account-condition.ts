import { and, isNull, sql } from "drizzle-orm";
import { customers } from "../schema.ts";

/**
 * Whether a customer is a billing account, and whether it is the active one. Said in the text and not by parameters: a plan
 * for whatever parameters may say cannot use the indexes that have these alone.
 */
export const isBillingAccount = sql`${customers.isBillingAccount}`;

export const isActiveBillingAccount = and(
  isBillingAccount,
  sql`${customers.state} = 'active'`,
  isNull(customers.deletedAt),
);
