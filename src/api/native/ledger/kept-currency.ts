import { amountPlacesMax } from "../../../domain/amount.ts";
import type { Currency } from "../../../domain/currency.ts";
import type { Call } from "../../shared/call.ts";

/** The currency of a transfer or a hold that stands. One that is recognized no more has every place. */
export async function keptCurrency(call: Call, orgId: string, code: string): Promise<Currency> {
  const recognized = await call.app.currencies.recognized(orgId, code, call.signal);
  return recognized ?? { code, places: amountPlacesMax, minorPlaces: 0 };
}
