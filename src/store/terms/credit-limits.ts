import { and, eq, isNotNull } from "drizzle-orm";
import type { Amount } from "../../domain/amount.ts";
import type { Database } from "../driver/database.ts";
import { accounts } from "../schema.ts";
import { type Act, acting } from "../trail/act.ts";
import type { By } from "../trail/by.ts";
import { type CustomerAccount, changeLimits, noLimits, type OwnLimits } from "./account-limit.ts";

/**
 * The credit limits of single customers. One is kept while its customer is prepaid, and holds from the decision on that
 * finds it postpaid. A change takes the lock that decisions take, so it falls between two of them.
 */
export class CreditLimits {
  constructor(private readonly database: Database) {}

  /** Sets one. It takes the place of every other limit of the account's own. False where there is no such customer. */
  async set(key: CustomerAccount, limit: Amount, by: By): Promise<boolean> {
    const own = { ...noLimits, ownCreditLimit: limit.toString() };
    return (await acting(this.database, by, (act) => changeLimits(act, key, () => own))) !== undefined;
  }

  /** Clears one, so that the currency's holds again. False where there is none. */
  clear(key: CustomerAccount, by: By): Promise<boolean> {
    const clear = async (act: Act) => {
      const isSet = and(isOf(key), isNotNull(accounts.ownCreditLimit));
      // No account comes into being for it.
      const [found] = await act.orm.select({ id: accounts.id }).from(accounts).where(isSet).limit(1);
      if (found === undefined) return false;
      const change = ({ ownCreditLimit }: OwnLimits) =>
        ownCreditLimit === null ? ("none" as const) : { ownCreditLimit: null };
      return typeof (await changeLimits(act, key, change)) === "object";
    };
    return by.once(
      "credit limit",
      async (mayBeDone) => (await acting(this.database, by, clear)) || mayBeDone,
    );
  }
}

function isOf({ orgId, customerId, currency }: CustomerAccount) {
  return and(eq(accounts.orgId, orgId), eq(accounts.customerId, customerId), eq(accounts.currency, currency));
}
