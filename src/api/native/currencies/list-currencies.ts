import type { CurrencyService } from "../../../../gen/tallystick/v1/currency_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { currencyMessage } from "./currency-message.ts";

export const listCurrencies: Handler<typeof CurrencyService.method.listCurrencies> = async (
  call,
  _request,
) => {
  const { id: orgId } = call.organization;
  const currencies = await call.app.currencies.list(orgId, call.signal);
  return { currencies: currencies.map(currencyMessage) };
};
