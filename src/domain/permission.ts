import { type AccountState, availableOf, balanceOf, type RunningTotals } from "./account.ts";
import type { Amount } from "./amount.ts";
import { type CurrencyBook, placesOf, usablePlaces } from "./currency.ts";
import type { CommandRefusal } from "./refusal.ts";

/** Why nothing may be booked on an account; undefined where it may. */
export function refusalToBook(account: AccountState): CommandRefusal | undefined {
  if (account.customer !== "deleted" || !("customerId" in account.owner)) return undefined;
  return { reason: "CUSTOMER_DELETED", customerId: account.owner.customerId };
}

/** Why an account may not give up so much, to a charge or to a hold; undefined where it may. */
export function refusalToSpend(account: AccountState, required: Amount): CommandRefusal | undefined {
  if (!("customerId" in account.owner)) return undefined;
  const { customerId } = account.owner;
  const deleted = refusalToBook(account);
  if (deleted !== undefined) return deleted;
  if (account.customer === "disabled") return { reason: "CUSTOMER_DISABLED", customerId };
  return refusalToGoBelow(account, required);
}

/** Why its limit does not let an account give up so much. */
export function refusalToGoBelow(account: AccountState, required: Amount): CommandRefusal | undefined {
  if (!("customerId" in account.owner)) return undefined;
  const { customerId } = account.owner;
  const { currency, minimumBalance, held } = account;
  const available = availableOf(account);
  if (available === null || minimumBalance === null || !available.isLessThan(required)) return undefined;
  const holdsAlone = !available.plus(held).isLessThan(required);
  const freeAt = holdsAlone ? account.dueAt : null;
  return {
    reason: "INSUFFICIENT_FUNDS",
    customerId,
    currency,
    available,
    required,
    minimumBalance,
    held,
    freeAt,
  };
}

/**
 * Why an amount may not be booked in a currency. What is there can always leave: a payer may always pay its whole
 * balance, whatever became of the currency and of its places.
 */
export function refusalOfCurrency(
  book: CurrencyBook,
  of: { currency: string; amount: Amount; payer?: RunningTotals | undefined },
): CommandRefusal | undefined {
  const { currency, amount, payer } = of;
  const places = usablePlaces(book, currency);
  if (places !== undefined && amount.fitsPlaces(places)) return undefined;
  if (payer !== undefined && amount.isPositive() && balanceOf(payer).equals(amount)) return undefined;
  if (places === undefined) return { reason: "CURRENCY_NOT_USABLE", currency };
  return { reason: "TOO_MANY_PLACES", currency, places, required: amount };
}

/**
 * Why a part of what was booked or set aside may not be booked: it has too many places. All that is left of it may
 * always be.
 */
export function refusalOfPart(
  book: CurrencyBook,
  { currency, amount, left }: { currency: string; amount: Amount; left: Amount },
): CommandRefusal | undefined {
  const places = placesOf(book, currency);
  if (places === undefined || amount.fitsPlaces(places) || amount.equals(left)) return undefined;
  return { reason: "TOO_MANY_PLACES", currency, places, required: amount };
}
