import type { CurrencyService } from "../../../../gen/tallystick/v1/currency_pb.ts";
import { notFound } from "../../../domain/refusal.ts";
import type { Handler } from "../../shared/handler.ts";
import { codeOf, currencyMessage } from "./currency-message.ts";

export const getCurrency: Handler<typeof CurrencyService.method.getCurrency> = async (call, request) => {
  const { id: orgId } = call.organization;
  const code = codeOf(request);
  const currency = await call.app.currencies.find(orgId, code);
  if (currency === undefined) throw notFound("currency", code);
  return { currency: currencyMessage(currency) };
};
