import type { SupportedCurrencyService } from "../../../../gen/tallystick/apigee/edge/v1/supported_currency_pb.ts";
import { invalidField, Refused } from "../../../domain/refusal.ts";
import { currenciesMax } from "../../../store/terms/currency-row.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { currencyMessage } from "../currency-message.ts";
import { newCurrency } from "./currency-request.ts";
import { bodyOf } from "./named-currency.ts";

export const createSupportedCurrency: Handler<
  typeof SupportedCurrencyService.method.createSupportedCurrency
> = async (call, request) => {
  const { organization } = call;
  const form = new Form();
  const currency = newCurrency(form, organization, bodyOf(request));
  form.done();
  const outcome = await call.app.currencies.create(currency, { force: false }, call);
  const { code } = currency;
  if (outcome === "taken") {
    throw new Refused({ reason: "ALREADY_EXISTS", resource: "currency", field: "name", name: code });
  }
  if (outcome === "too many") {
    const problem = `would be one more than the ${currenciesMax} that an organization may have`;
    throw invalidField("supported_currency.name", problem);
  }
  return { supportedCurrency: currencyMessage(organization, currency) };
};
