import type { Amount } from "../../domain/amount.ts";
import { lockCustomer } from "../customers/customer-row.ts";
import { updateCustomer } from "../customers/customer-write.ts";
import type { Database } from "../driver/database.ts";
import { acting } from "../trail/act.ts";
import type { By } from "../trail/by.ts";
import { type CustomerAccount, changeLimits, noLimits } from "./account-limit.ts";

/** The terms on which a customer is billed. */
export interface NewTerms {
  readonly minimumBalance: Amount;
  /** Whether a minimum balance is what was asked for, as far as who asks can see it: then it stays as it is. */
  readonly isAsAsked: (minimumBalance: Amount) => boolean;
  /** Left out: as they are. */
  readonly dueInDays?: number;
}

/** Sets how low a balance may go, alone or together with the days to pay. To set them twice is to set them once. */
export class BillingTerms {
  constructor(private readonly database: Database) {}

  /**
   * All or nothing; of two that come at once the last wins, whole, for both take the customer's row first. False where
   * there is no such customer.
   */
  async set(
    which: CustomerAccount,
    { minimumBalance, isAsAsked, dueInDays }: NewTerms,
    by: By,
  ): Promise<boolean> {
    const customer = { orgId: which.orgId, id: which.customerId };
    return acting(this.database, by, async (act) => {
      const known = await lockCustomer(act.orm, customer);
      if (known === undefined) return false;
      if (dueInDays !== undefined) await updateCustomer(act, known, { dueInDays });
      const lasting = { ...noLimits, minimumBalance: minimumBalance.toString() };
      const changed = await changeLimits(act, which, (_own, _at, account) =>
        account.minimumBalance !== null && isAsAsked(account.minimumBalance) ? {} : lasting,
      );
      return changed !== undefined;
    });
  }
}
