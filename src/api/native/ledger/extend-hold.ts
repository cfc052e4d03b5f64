import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { change, ttlOf } from "./hold-change.ts";

export const extendHold: Handler<typeof LedgerService.method.extendHold> = (call, request) => {
  return change(call, request, (form, on) => {
    if (request.ttl === undefined) form.refuse("ttl", "is required");
    return { type: "extend", ...on, ttlMs: ttlOf(form, request.ttl) ?? 0 };
  });
};
