import { type AccountState, balanceOf } from "./account.ts";
import { Amount } from "./amount.ts";
import type { CommandRefusal } from "./refusal.ts";

/**
 * How high a transfer may lift a customer's balance. It was worked out before the account was locked, from its newest
 * credit, and holds for as long as no other came: `funded` tells, since every credit makes it larger.
 */
export interface Ceiling {
  readonly funded: Amount;
  readonly balance: Amount;
}

/** Why an account may not receive so much under a ceiling; undefined where it may. */
export function refusalToRise(
  account: AccountState,
  { ceiling, amount }: { ceiling: Ceiling; amount: Amount },
): CommandRefusal | undefined {
  if (!("customerId" in account.owner)) throw new Error("a counter-account has no ceiling");
  const { customerId } = account.owner;
  const { currency } = account;
  if (!account.funded.equals(ceiling.funded)) return { reason: "ACCOUNT_CHANGED", customerId, currency };
  const room = ceiling.balance.minus(balanceOf(account));
  if (!room.isLessThan(amount)) return undefined;
  const largest = room.isPositive() ? room : Amount.zero;
  return { reason: "ADJUSTMENT_TOO_LARGE", customerId, currency, largest, required: amount };
}
