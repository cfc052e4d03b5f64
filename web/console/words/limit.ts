import { BillingType, type Customer } from "../../../gen/tallystick/v1/customer_pb.ts";
import type { Account, Limit } from "../../../gen/tallystick/v1/ledger_pb.ts";
import { isNegative, isZero, negated } from "../money/decimal.ts";
import { dateOf, timeText } from "./time.ts";

/** How an amount reads, in the currency of the account. */
type Money = (text: string) => string;

/** `may owe 100 USD`, `must keep 50 USD`, `may not owe anything`. */
function floorText(minimumBalance: string, money: Money): string {
  if (isZero(minimumBalance)) return "may not owe anything";
  return isNegative(minimumBalance)
    ? `may owe ${money(negated(minimumBalance))}`
    : `must keep ${money(minimumBalance)}`;
}

/** What says how low the balance may go now, and what will after that. */
export function limitSentence(
  { minimumBalance, limits }: Pick<Account, "minimumBalance" | "limits">,
  { billingType }: Pick<Customer, "billingType">,
  money: Money,
): string {
  const [first, ...later] = limits;
  const now = floorText(minimumBalance, money);
  if (first === undefined) {
    const why = billingType === BillingType.POSTPAID ? "postpaid: the currency's credit limit" : "prepaid";
    return `It ${now} (${why}).`;
  }
  const chain = [
    `It ${now}${untilText(first)}`,
    ...later.map((limit) => `then it ${floorText(limit.minimumBalance, money)}${untilText(limit)}`),
  ];
  return `${chain.join(", ")} (its own limit${later.length > 0 ? "s" : ""}).`;
}

function untilText({ expireTime }: Limit): string {
  const end = dateOf(expireTime);
  return end === undefined ? "" : ` until ${timeText(end)}`;
}
