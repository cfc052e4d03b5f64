import type { Currency } from "../../domain/currency.ts";
import type { Call } from "../shared/call.ts";
import { Form } from "../shared/form.ts";

/** A currency that the organization of a call may use, or has made inactive; the form is told what it uses instead. */
export async function recognizedCurrency(call: Call, form: Form, code: string): Promise<Currency> {
  const { app, organization } = call;
  const found = await app.currencies.recognized(organization.id, code);
  const book = found === undefined ? await app.currencies.book(organization.id) : undefined;
  return form.currency("currency", code, found, book?.hasAny ? book.usable : undefined);
}

/** A customer may hold nothing in a currency; a currency that there is not is a mistake. */
export async function requireCurrency(call: Call, code: string): Promise<void> {
  const form = new Form();
  await recognizedCurrency(call, form, code);
  form.done();
}
