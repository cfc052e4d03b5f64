import currencyCodes from "currency-codes";
import { amountPlacesMax } from "./amount.ts";

/** The virtual currency of credits, counted in whole units. */
export const virtualCurrency = "VC";

/** A currency that balances can be kept in. */
export interface Currency {
  /** `VC`, or an ISO 4217 code in upper case. */
  readonly code: string;
  /** Places after the point that its amounts may have. */
  readonly places: number;
  /** Places of its minor unit (ISO 4217): 2 for USD, 0 for JPY and for credits. */
  readonly minorPlaces: number;
}

/** The currency of a code, in upper case; undefined where there is none. */
export function currencyOf(code: string): Currency | undefined {
  if (code === virtualCurrency) return { code, places: 0, minorPlaces: 0 };
  if (!/^[A-Z]{3}$/.test(code)) return undefined;
  const known = currencyCodes.code(code);
  return known === undefined ? undefined : { code, places: amountPlacesMax, minorPlaces: known.digits };
}
