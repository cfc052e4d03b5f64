import { type AccountState, balanceOf } from "./account.ts";
import { Amount, amountDigitsMax, totalDigitsMax } from "./amount.ts";
import type { CommandRefusal } from "./refusal.ts";

const fewDigits = amountDigitsMax - 1;

/**
 * Why an account may not have such figures. A customer's balance and held amount have as many digits as an amount; they can
 * fall again. Running totals only grow, and those of a counter-account sum up all customers, so they have more digits: no
 * possible number of operations uses these up.
 */
export function refusalOfRange(account: AccountState): CommandRefusal | undefined {
  const { funded, spent, withdrawn, held, customer } = account;
  const areInRange =
    funded.fitsDigits(totalDigitsMax) &&
    spent.fitsDigits(totalDigitsMax) &&
    withdrawn.fitsDigits(totalDigitsMax);
  if (!areInRange) return outOfRange(account, totalDigitsMax);
  if (customer === null) return undefined;
  // Three figures of one digit less have no sum with too many digits, so the exact check is not needed.
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
