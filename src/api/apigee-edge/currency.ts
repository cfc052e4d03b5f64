import { type Currency, currencyOf, isCurrencyCode, unknownCurrency } from "../../domain/currency.ts";
import type { Call } from "../shared/call.ts";
import type { Form } from "../shared/form.ts";

/** Where a request names a currency. */
export interface CurrencyPlace {
  readonly orgId: string;
  readonly form: Form;
  readonly field: string;
}

/** Why an id is no currency, in Edge's words. */
export const notCurrency = "is no currency that may be used; give an id such as usd";

/** The code of a currency that a request names without regard to case. */
export function codeOf(id: string): string {
  return id.toUpperCase();
}

/** The code of the currency of an operation. Whether anything may be booked in it is decided with that, after its key. */
export function operationCurrency(form: Form, field: string, id: string): string {
  const code = codeOf(id);
  if (id === "") form.refuse(field, "is required");
  else if (!isCurrencyCode(code)) form.refuse(field, notCurrency);
  return code;
}

/** A currency that is in use, or was. */
export async function recognizedCurrency(call: Call, place: CurrencyPlace, id: string): Promise<Currency> {
  return required(place, id, await call.app.currencies.recognized(place.orgId, codeOf(id)));
}

/** The code by which a listing is narrowed, if at all: of a currency that is not in use nothing is listed. */
export async function listedCurrency(
  call: Call,
  place: CurrencyPlace,
  id: string,
): Promise<string | undefined> {
  if (id === "") return undefined;
  const code = codeOf(id);
  const found = await call.app.currencies.recognized(place.orgId, code);
  return required(place, id, found ?? currencyOf(code)).code;
}

function required({ form, field }: CurrencyPlace, id: string, found: Currency | undefined): Currency {
  if (id === "") form.refuse(field, "is required");
  else if (found === undefined) form.refuse(field, notCurrency);
  return found ?? unknownCurrency(codeOf(id));
}
