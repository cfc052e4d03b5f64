import {
  type CurrencyService,
  UpdateCeilingRequestSchema,
} from "../../../../gen/tallystick/v1/currency_pb.ts";
import type { Amount } from "../../../domain/amount.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { recognizedCurrency } from "../recognized-currency.ts";
import { changesOf } from "../update-mask.ts";
import { ceilingMessage } from "./ceiling-message.ts";

export const updateCeiling: Handler<typeof CurrencyService.method.updateCeiling> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const currency = await recognizedCurrency(call, form, request.currency);
  const { credit, adjustment, overdraft, debt } = request;
  const desc = UpdateCeilingRequestSchema;
  const asked = changesOf(form, { desc, request }, { credit, adjustment, overdraft, debt });
  const change: Record<string, Amount | null> = {};
  for (const [kind, text = ""] of Object.entries(asked))
    change[kind] = text === "" ? null : form.limit(kind, text, currency);
  form.done();

  const ceiling = await call.app.ceilings.change({ orgId, currency: currency.code }, change, call);
  return { ceiling: ceilingMessage(ceiling) };
};
