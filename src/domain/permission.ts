import { type AccountState, availableOf, balanceOf, type RunningTotals } from "./account.ts";
import type { Amount } from "./amount.ts";
import { type CurrencyBook, placesOf, usablePlaces } from "./currency.ts";
import type { CommandRefusal } from "./refusal.ts";

/**
 * Why nothing at all may be done on an account: its customer was deleted. Asked once for every account of every operation
 * (perform.ts), also where it moves nothing; a key that is known was answered before.
 */
export function refusalOfDeleted({ customer, owner }: AccountState): CommandRefusal | undefined {
  if (customer !== "deleted" || !("customerId" in owner)) return undefined;
  return { reason: "CUSTOMER_DELETED", customerId: owner.customerId };
}

/** Why a customer may neither be charged nor pay nor hold anything. */
export function refusalOfDisabled({ customer, owner }: AccountState): CommandRefusal | undefined {
  if (customer !== "disabled" || !("customerId" in owner)) return undefined;
  return { reason: "CUSTOMER_DISABLED", customerId: owner.customerId };
}

/** Why its limit does not let an account give up so much at a moment. */
export function refusalToGoBelow(
  account: AccountState,
  required: Amount,
  at: Date,
): CommandRefusal | undefined {
  if (!("customerId" in account.owner)) return undefined;
  const { customerId } = account.owner;
  const { currency, minimumBalance, held, dueAt } = account;
  const available = availableOf(account);
  if (available === null || minimumBalance === null || !available.isLessThan(required)) return undefined;
  const holdsAlone = !available.plus(held).isLessThan(required);
  // What is due already and still held is to be captured, and frees nothing.
  const freeInMs = holdsAlone && dueAt !== null && dueAt > at ? dueAt.getTime() - at.getTime() : null;
  return {
    reason: "INSUFFICIENT_FUNDS",
    customerId,
    currency,
    available,
    required,
    minimumBalance,
    held,
    freeInMs,
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
  if (places === undefined)
    return { reason: "CURRENCY_NOT_USABLE", currency, usable: book.hasAny ? book.usable : null };
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
