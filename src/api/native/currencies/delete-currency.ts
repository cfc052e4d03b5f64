import type { CurrencyService } from "../../../../gen/tallystick/v1/currency_pb.ts";
import { notFound, Refused } from "../../../domain/refusal.ts";
import type { Handler } from "../../shared/handler.ts";
import { codeOf } from "./currency-message.ts";

export const deleteCurrency: Handler<typeof CurrencyService.method.deleteCurrency> = async (
  call,
  request,
) => {
  const { id: orgId } = call.organization;
  const code = codeOf(request);
  const outcome = await call.app.currencies.delete(orgId, code, call);
  if (outcome === "none") throw notFound("currency", code);
  if (outcome === "in use") throw new Refused({ reason: "CURRENCY_IN_USE", currency: code });
  return {};
};
