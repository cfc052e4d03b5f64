import { type AccountState, availableOf, balanceOf, type RunningTotals } from "./account.ts";
import type { Amount } from "./amount.ts";
import { type CurrencyBook, placesOf, usablePlaces } from "./currency.ts";
import type { CommandRefusal } from "./refusal.ts";

/**
 * Why nothing may be done on an account: its customer was deleted. Checked for every account of every new operation
 * (perform/perform.ts), also where no money moves.
 */
export function refusalOfDeleted({ customer, owner }: AccountState): CommandRefusal | undefined {
  if (customer !== "deleted" || !("customerId" in owner)) return undefined;
  return { reason: "CUSTOMER_DELETED", customerId: owner.customerId };
}

/** Why a customer may not be charged, may not pay another, and may not have anything held: it is disabled. */
export function refusalOfDisabled({ customer, owner }: AccountState): CommandRefusal | undefined {
  if (customer !== "disabled" || !("customerId" in owner)) return undefined;
  return { reason: "CUSTOMER_DISABLED", customerId: owner.customerId };
}

/** Why an account may not give up so much: less is available. */
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
  // A hold that is due and still held is to be captured, so it frees nothing.
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
 * Why an amount may not be booked in a currency. A payer may always pay its whole balance, even where the currency has become
 * inactive or has fewer places now, so that no money is stranded.
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
 * Why a part of a transfer or hold may not be refunded, reversed or captured: it has too many places. All that is left of it may
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
