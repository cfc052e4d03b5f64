import type { SupportedCurrencyService } from "../../../../gen/tallystick/apigee/edge/v1/supported_currency_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { currencyMessage } from "../currency-message.ts";
import { currencyNamed } from "./named-currency.ts";

export const getSupportedCurrency: Handler<
  typeof SupportedCurrencyService.method.getSupportedCurrency
> = async (call, request) => {
  const { organization, currency } = await currencyNamed(call, request);
  return { supportedCurrency: currencyMessage(organization, currency) };
};
