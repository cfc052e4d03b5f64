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

/** The terms of a currency that an organization has configured. */
export interface CurrencyTerms {
  readonly places: number;
  readonly isActive: boolean;
  /** The least that a customer may add, where an interface asks for one. */
  readonly minimumTopUp: Amount;
}

/** The currencies of an organization, as far as a decision needs them. */
export interface CurrencyBook {
  /** Whether the organization has configured any: then it may use no other. */
  readonly hasAny: boolean;
  /** Up to `usableMax` codes that it may use, to be named in a refusal. */
  readonly usable: readonly string[];
  readonly configured: ReadonlyMap<string, CurrencyTerms>;
  /** By currency; only those are loaded that an operation of the batch may reach. */
  readonly ceilings?: ReadonlyMap<string, Ceiling>;
}

/** How many usable currencies a refusal names at most. */
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

/** Whether a currency is virtual: where the organization says so, and VC always. */
export function isVirtualCurrency(code: string, isSaid: boolean | undefined): boolean {
  return isSaid === true || code === virtualCurrency;
}

/** The places of a new currency whose places are not given: virtual currencies are counted in whole units. */
export function defaultPlaces(isVirtual: boolean): number {
  return isVirtual ? 0 : amountPlacesMax;
}

/** Whether an organization may configure a code as virtual, or as money, which VC never is. */
export function mayBeVirtual(code: string, isVirtual: boolean): boolean {
  return isVirtual ? isCurrencyCode(code) : code !== virtualCurrency && currencyOf(code) !== undefined;
}

/** A placeholder for a refused currency. Every amount fits it, so that no second violation follows from the first. */
export function unknownCurrency(code: string): Currency {
  return { code, places: amountPlacesMax, minorPlaces: 0 };
}

/** Places that new amounts in a currency may have; undefined where nothing new may be booked in it. */
export function usablePlaces(book: CurrencyBook, code: string): number | undefined {
  const terms = book.configured.get(code);
  if (terms !== undefined) return terms.isActive ? terms.places : undefined;
  return book.hasAny ? undefined : currencyOf(code)?.places;
}

/** Places of amounts in a currency, usable or not; undefined where they are not known. */
export function placesOf(book: CurrencyBook, code: string): number | undefined {
  return book.configured.get(code)?.places ?? currencyOf(code)?.places;
}
