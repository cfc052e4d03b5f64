import { type AccountState, balanceOf } from "./account.ts";
import { Amount, amountDigitsMax, totalDigitsMax } from "./amount.ts";
import type { CommandRefusal } from "./refusal.ts";

const fewDigits = amountDigitsMax - 1;

/**
 * Why an account may not come to this. What a customer has and holds is as an amount is, and can fall again. Totals only
 * grow, and every customer's operations meet in those of a counter-account, so no number of operations that somebody can
 * make may use them up.
 */
export function refusalOfRange(account: AccountState): CommandRefusal | undefined {
  const { funded, spent, withdrawn, held, customer } = account;
  const areInRange =
    funded.fitsDigits(totalDigitsMax) &&
    spent.fitsDigits(totalDigitsMax) &&
    withdrawn.fitsDigits(totalDigitsMax);
  if (!areInRange) return outOfRange(account, totalDigitsMax);
  if (customer === null) return undefined;
  // Three of a digit less come to no more digits, in whatever way they are added up.
  if (
    funded.fitsDigits(fewDigits) &&
    spent.fitsDigits(fewDigits) &&
    withdrawn.fitsDigits(fewDigits) &&
    held.fitsDigits(fewDigits)
  )
    return undefined;
  const isInRange = held.fitsDigits(amountDigitsMax) && balanceOf(account).fitsDigits(amountDigitsMax);
  return isInRange ? undefined : outOfRange(account, amountDigitsMax);
}

function outOfRange({ currency }: AccountState, digits: number): CommandRefusal {
  return { reason: "BALANCE_OUT_OF_RANGE", currency, most: Amount.largest(digits) };
}
