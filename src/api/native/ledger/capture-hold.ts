import {
  type LedgerService,
  OveragePolicy as OverageMessage,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { OveragePolicy } from "../../../domain/command.ts";
import type { Handler } from "../../shared/handler.ts";
import { change, onHold } from "./hold-change.ts";

const overagePolicies: Partial<Record<OverageMessage, OveragePolicy>> = {
  [OverageMessage.UNSPECIFIED]: "reject",
  [OverageMessage.REJECT]: "reject",
  [OverageMessage.CAP]: "cap",
  [OverageMessage.ALLOW_DEBT]: "allow_debt",
};

export const captureHold: Handler<typeof LedgerService.method.captureHold> = (call, request) => {
  return change(call, request, (form, { hold, currency, id, key }) => {
    const overage = overagePolicies[request.overage];
    if (overage === undefined) form.refuse("overage", "is not a policy");
    return {
      type: "capture",
      ...onHold(hold, id, key),
      amount: request.amount === "" ? null : form.positiveAmount("amount", request.amount, currency),
      final: request.final,
      overage: overage ?? "reject",
      description: form.text("description", request.description, { charactersMax: 1_024 }),
      metadata: form.metadata("metadata", request.metadata),
    };
  });
};
