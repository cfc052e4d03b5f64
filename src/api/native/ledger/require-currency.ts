import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";

/** A customer may hold nothing in a currency; a currency that there is not is a mistake. */
export async function requireCurrency(call: Call, currency: string): Promise<void> {
  const form = new Form();
  const { app, organization } = call;
  form.currency("currency", currency, await app.currencies.recognized(organization.id, currency));
  form.done();
}
