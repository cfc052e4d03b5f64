import { isCurrencyCode } from "../../../domain/currency.ts";
import { isUuid } from "../../../domain/uuid.ts";
import type { PeriodEnd } from "../../../store/books/closing.ts";
import type { EntryPlace } from "../../../store/books/sides.ts";
import { type Places, placesByEntry } from "../../shared/page-token.ts";
import { momentMsMax } from "../../shared/proto.ts";

/** Where an export goes on, in the period with which it began. */
export interface ExportPlace<P> {
  readonly end: PeriodEnd;
  readonly past: P;
}

/**
 * Where an export of a customer goes on: on the account of a currency, from its beginning or past an entry. It is that of the
 * customer with which it began, whoever has the email by now.
 */
export interface CustomerPlace {
  readonly customerId: string;
  readonly currency: string;
  readonly entry: EntryPlace | undefined;
}

export function exportPlaces<P>(places: Places<P>): Places<ExportPlace<P>> {
  return {
    write: ({ end, past }) => `${end.isClosed ? "c" : "o"}${end.at.getTime()} ${places.write(past)}`,
    read: (text) => {
      const [, state, ms = "", rest] = /^([co])(\d{1,15}) (.*)$/.exec(text) ?? [];
      const at = Number.parseInt(ms, 10);
      // No request names a later end, and no answer can.
      if (rest === undefined || at > momentMsMax) return undefined;
      const past = places.read(rest);
      return past === undefined ? undefined : { end: { at: new Date(at), isClosed: state === "c" }, past };
    },
  };
}

export const placesOfCustomer: Places<CustomerPlace> = {
  write: ({ customerId, currency, entry }) =>
    `${customerId} ${currency} ${entry === undefined ? "" : placesByEntry.write(entry)}`,
  read: (text) => {
    const [, customerId = "", currency = "", rest = ""] = /^(\S+) (\S+) (.*)$/.exec(text) ?? [];
    const entry = rest === "" ? undefined : placesByEntry.read(rest);
    const isPlace = isUuid(customerId) && isCurrencyCode(currency) && (rest === "" || entry !== undefined);
    return isPlace ? { customerId, currency, entry } : undefined;
  },
};
