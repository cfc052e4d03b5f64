import { and, eq, isNull, sql } from "drizzle-orm";
import type { Amount } from "../domain/amount.ts";
import { accountIds } from "./settlement/account-ids.ts";
import type { Database } from "./driver/database.ts";
import { changeLimit } from "./limits.ts";
import { customers } from "./schema.ts";

/** The terms on which a customer is billed. */
export interface NewTerms {
  readonly minimumBalance: Amount;
  readonly dueInDays: number;
}

/** Sets how low a balance may go together with the days to pay. */
export class BillingTerms {
  constructor(private readonly database: Database) {}

  /**
   * Both or neither; of two that come at once the last wins, whole, for both take the customer's row first. False where
   * there is no such customer.
   */
  async set(
    which: { orgId: string; customerId: string; currency: string },
    { minimumBalance, dueInDays }: NewTerms,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const { orgId, customerId, currency } = which;
    return this.database.transaction(async (orm) => {
      const found = await orm
        .update(customers)
        .set({ dueInDays, updatedAt: sql`now()` })
        .where(and(eq(customers.orgId, orgId), eq(customers.id, customerId), isNull(customers.deletedAt)))
        .returning({ id: customers.id });
      if (found.length === 0) return false;
      const ids = await accountIds(orm, orgId, [{ owner: { customerId }, currency, stripe: 0 }]);
      const [accountId = ""] = ids.values();
      await changeLimit(orm, { orgId, id: accountId }, { minimumBalance, endsAt: null });
      return true;
    }, signal);
  }
}
