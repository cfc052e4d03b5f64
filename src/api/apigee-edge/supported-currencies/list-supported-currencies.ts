import type { SupportedCurrencyService } from "../../../../gen/tallystick/apigee/edge/v1/supported_currency_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { currencyMessage } from "../currency-message.ts";
import { messagesOf, numberedPage } from "../numbered-page.ts";

export const listSupportedCurrencies: Handler<
  typeof SupportedCurrencyService.method.listSupportedCurrencies
> = async (call, request) => {
  const { organization } = call;
  const form = new Form();
  const page = numberedPage(form, request);
  form.done();
  const currencies = await call.app.currencies.list(organization.id, call.signal);
  return {
    supportedCurrency: messagesOf(currencies, page, (each) => currencyMessage(organization, each)),
    totalRecords: currencies.length,
  };
};
