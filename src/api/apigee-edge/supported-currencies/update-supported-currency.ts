import type { SupportedCurrencyService } from "../../../../gen/tallystick/apigee/edge/v1/supported_currency_pb.ts";
import { notFound } from "../../../domain/refusal.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { currencyMessage } from "../currency-message.ts";
import { limitsOf, replacement } from "./currency-request.ts";
import { bodyOf, currencyNamed } from "./named-currency.ts";

export const updateSupportedCurrency: Handler<
  typeof SupportedCurrencyService.method.updateSupportedCurrency
> = async (call, request) => {
  const { organization, currency: known } = await currencyNamed(call, request);
  const { orgId, code } = known;
  const form = new Form();
  const body = bodyOf(request);
  const change = { ...replacement(form, organization, { code, body }), ...limitsOf(form, body, known) };
  form.done();
  const currency = await call.app.currencies.update({ orgId, code }, change, { force: false }, call);
  if (currency === undefined) throw notFound("currency", request.id);
  return { supportedCurrency: currencyMessage(organization, currency) };
};
