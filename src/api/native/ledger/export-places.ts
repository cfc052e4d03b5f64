import { isCurrencyCode } from "../../../domain/currency.ts";
import type { PeriodEnd } from "../../../store/books/closing.ts";
import type { EntryPlace } from "../../../store/books/sides.ts";
import { type Places, placesByEntry } from "../../shared/page-token.ts";

/** Where an export goes on, in the period with which it began. */
export interface ExportPlace<P> {
  readonly end: PeriodEnd;
  readonly past: P;
}

/** Where an export of a customer goes on: on the account of a currency, from its beginning or past an entry. */
export interface CustomerPlace {
  readonly currency: string;
  readonly entry: EntryPlace | undefined;
}

export function exportPlaces<P>(places: Places<P>): Places<ExportPlace<P>> {
  return {
    write: ({ end, past }) => `${end.isClosed ? "c" : "o"}${end.at.getTime()} ${places.write(past)}`,
    read: (text) => {
      const [, state, ms, rest] = /^([co])(\d{1,15}) (.*)$/.exec(text) ?? [];
      if (ms === undefined || rest === undefined) return undefined;
      const past = places.read(rest);
      const end = { at: new Date(Number.parseInt(ms, 10)), isClosed: state === "c" };
      return past === undefined ? undefined : { end, past };
    },
  };
}

export const placesOfCustomer: Places<CustomerPlace> = {
  write: ({ currency, entry }) => `${currency} ${entry === undefined ? "" : placesByEntry.write(entry)}`,
  read: (text) => {
    const [currency = "", rest = ""] = text.split(/ (.*)/);
    const entry = rest === "" ? undefined : placesByEntry.read(rest);
    const isPlace = isCurrencyCode(currency) && (rest === "" || entry !== undefined);
    return isPlace ? { currency, entry } : undefined;
  },
};
