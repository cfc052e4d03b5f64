import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { notFound } from "../../../domain/refusal.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { holdMessage } from "./messages.ts";

export const getHold: Handler<typeof LedgerService.method.getHold> = async (call, request) => {
  const form = new Form();
  const id = form.uuid("hold", request.hold);
  form.done();
  const hold = await call.app.holds.find({ orgId: call.organization.id, id }, call.signal);
  if (hold === undefined) throw notFound("hold", request.hold);
  return { hold: holdMessage(hold) };
};
