import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { change, onHold } from "./hold-change.ts";

export const releaseHold: Handler<typeof LedgerService.method.releaseHold> = (call, request) => {
  return change(call, request, (_form, { hold, id, key }) => ({
    type: "release",
    ...onHold(hold, id, key),
  }));
};
