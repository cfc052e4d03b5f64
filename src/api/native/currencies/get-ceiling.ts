import type { CurrencyService } from "../../../../gen/tallystick/v1/currency_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { ceilingMessage } from "./ceiling-message.ts";

export const getCeiling: Handler<typeof CurrencyService.method.getCeiling> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const currency = form.currencyCode("currency", request.currency);
  form.done();

  const ceiling = await call.app.ceilings.find({ orgId, currency });
  return { ceiling: ceiling === undefined ? { currency } : ceilingMessage(ceiling) };
};
