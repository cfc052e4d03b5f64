import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { change } from "./hold-change.ts";

export const releaseHold: Handler<typeof LedgerService.method.releaseHold> = (call, request) => {
  return change(call, request, (_form, on) => ({ type: "release", ...on }));
};
