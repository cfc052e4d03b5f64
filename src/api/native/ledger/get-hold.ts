import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { holdNamed } from "./hold-change.ts";
import { holdMessage } from "./messages.ts";

export const getHold: Handler<typeof LedgerService.method.getHold> = async (call, request) => {
  const { id: orgId } = call.organization;
  return { hold: holdMessage(await holdNamed(call, orgId, request.hold)) };
};
