import type { Currency } from "../../domain/currency.ts";
import type { Call } from "../shared/call.ts";
import type { Form } from "../shared/form.ts";

/** The code of a currency that a request names without regard to case. */
export function codeOf(id: string): string {
  return id.toUpperCase();
}

/** A currency in which something new may be booked. */
export async function usableCurrency(
  call: Call,
  of: { orgId: string; form: Form; field: string },
  id: string,
): Promise<Currency> {
  const { orgId, form, field } = of;
  return form.currency(field, codeOf(id), await call.app.currencies.usable(orgId, codeOf(id)));
}

/** A currency that is in use, or was. */
export async function recognizedCurrency(
  call: Call,
  of: { orgId: string; form: Form; field: string },
  id: string,
): Promise<Currency> {
  const { orgId, form, field } = of;
  const found = await call.app.currencies.recognized(orgId, codeOf(id), call.signal);
  return form.currency(field, codeOf(id), found);
}

/** The code of such a currency, for a field that may be empty; undefined where it is. */
export async function optionalCurrency(
  call: Call,
  of: { orgId: string; form: Form; field: string },
  id: string,
): Promise<string | undefined> {
  return id === "" ? undefined : (await recognizedCurrency(call, of, id)).code;
}
