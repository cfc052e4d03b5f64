import type { Amount } from "../../domain/amount.ts";
import { lockCustomer } from "../customers/customer-row.ts";
import { updateCustomer } from "../customers/customer-write.ts";
import type { Database } from "../driver/database.ts";
import { type CustomerAccount, changeLimits, noLimits } from "./account-limit.ts";

/** The terms on which a customer is billed. */
export interface NewTerms {
  readonly minimumBalance: Amount;
  readonly dueInDays: number;
}

/** Sets how low a balance may go together with the days to pay. To set them twice is to set them once. */
export class BillingTerms {
  constructor(private readonly database: Database) {}

  /**
   * Both or neither; of two that come at once the last wins, whole, for both take the customer's row first. False where
   * there is no such customer.
   */
  async set(
    which: CustomerAccount,
    { minimumBalance, dueInDays }: NewTerms,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const customer = { orgId: which.orgId, id: which.customerId };
    return this.database.transaction(async (orm) => {
      if ((await lockCustomer(orm, customer)) === undefined) return false;
      await updateCustomer(orm, customer, { dueInDays });
      const lasting = { ...noLimits, minimumBalance: minimumBalance.toString() };
      return (await changeLimits(orm, which, () => lasting)) !== undefined;
    }, signal);
  }
}
