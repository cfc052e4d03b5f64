import type { SupportedCurrencyService } from "../../../../gen/tallystick/apigee/edge/v1/supported_currency_pb.ts";
import { notFound, Refused } from "../../../domain/refusal.ts";
import type { Handler } from "../../shared/handler.ts";
import { narrowedCode } from "./named-currency.ts";

export const deleteSupportedCurrency: Handler<
  typeof SupportedCurrencyService.method.deleteSupportedCurrency
> = async (call, request) => {
  const { id: orgId } = call.organization;
  const code = narrowedCode(request.id);
  const outcome = await call.app.currencies.delete(orgId, code, call);
  if (outcome === "none") throw notFound("currency", request.id);
  if (outcome === "in use") throw new Refused({ reason: "CURRENCY_IN_USE", currency: code });
  return {};
};
