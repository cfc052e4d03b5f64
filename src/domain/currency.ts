import currencyCodes from "currency-codes";
import { type Amount, amountPlacesMax } from "./amount.ts";
import type { Ceiling } from "./ceiling.ts";

/** The virtual currency of credits, counted in whole units. */
export const virtualCurrency = "VC";

/** A currency that balances can be kept in. */
export interface Currency {
  /** `VC`, an ISO 4217 code in upper case, or an organization's own. */
  readonly code: string;
  /** Places after the point that its amounts may have. */
  readonly places: number;
  /** Places of its minor unit (ISO 4217): 2 for USD, 0 for JPY and for credits. */
  readonly minorPlaces: number;
}

/** What an organization says of a currency that it has configured. */
export interface CurrencyTerms {
  readonly places: number;
  readonly isActive: boolean;
  /** The least that a customer may add, where an interface asks for one. */
  readonly minimumTopUp: Amount;
}

/** The currencies of an organization, as far as a decision needs them. */
export interface CurrencyBook {
  /** Whether it has configured any: then it may use those and no other. */
  readonly hasAny: boolean;
  /** Codes of up to `usableMax` of those that it may use, to be named in a refusal. */
  readonly usable: readonly string[];
  readonly configured: ReadonlyMap<string, CurrencyTerms>;
  /** By currency, as far as an operation that is decided may reach one. */
  readonly ceilings?: ReadonlyMap<string, Ceiling>;
}

/** Most currencies that a refusal names for the one that may not be used. */
export const usableMax = 10;

const codeForm = /^[A-Z0-9]{2,10}$/;

/** Whether a text may be the code of a currency. */
export function isCurrencyCode(text: string): boolean {
  return codeForm.test(text);
}

/** The currency of a code, in upper case; undefined where there is none. */
export function currencyOf(code: string): Currency | undefined {
  if (code === virtualCurrency) return { code, places: 0, minorPlaces: 0 };
  if (!/^[A-Z]{3}$/.test(code)) return undefined;
  const known = currencyCodes.code(code);
  return known === undefined ? undefined : { code, places: amountPlacesMax, minorPlaces: known.digits };
}

/** Whether a currency is credits: what its organization says of it, but that VC always is. */
export function isVirtualCurrency(code: string, isSaid: boolean | undefined): boolean {
  return isSaid === true || code === virtualCurrency;
}

/** Places of a new currency of which nobody says them: credits are whole. */
export function defaultPlaces(isVirtual: boolean): number {
  return isVirtual ? 0 : amountPlacesMax;
}

/** Whether an organization may say of a code that it is credits, or that it is money, which VC never is. */
export function mayBeVirtual(code: string, isVirtual: boolean): boolean {
  return isVirtual ? isCurrencyCode(code) : code !== virtualCurrency && currencyOf(code) !== undefined;
}

/** In the place of one that is refused: any amount fits it, so that nothing more is said than what is wrong. */
export function unknownCurrency(code: string): Currency {
  return { code, places: amountPlacesMax, minorPlaces: 0 };
}

/** Places that new amounts in a currency may have; undefined where nothing new may be booked in it. */
export function usablePlaces(book: CurrencyBook, code: string): number | undefined {
  const terms = book.configured.get(code);
  if (terms !== undefined) return terms.isActive ? terms.places : undefined;
  return book.hasAny ? undefined : currencyOf(code)?.places;
}

/** Places of amounts in a currency, also of one in which nothing new may be booked; undefined where nobody says. */
export function placesOf(book: CurrencyBook, code: string): number | undefined {
  return book.configured.get(code)?.places ?? currencyOf(code)?.places;
}
