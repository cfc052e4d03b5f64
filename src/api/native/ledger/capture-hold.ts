import {
  type LedgerService,
  OveragePolicy as OverageMessage,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { Amount } from "../../../domain/amount.ts";
import type { OveragePolicy } from "../../../domain/asked-operation.ts";
import type { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { change } from "./hold-change.ts";
import { descriptionOf } from "./operation-fields.ts";

const overagePolicies: Partial<Record<OverageMessage, OveragePolicy>> = {
  [OverageMessage.UNSPECIFIED]: "reject",
  [OverageMessage.REJECT]: "reject",
  [OverageMessage.CAP]: "cap",
  [OverageMessage.ALLOW_DEBT]: "allow_debt",
};

export const captureHold: Handler<typeof LedgerService.method.captureHold> = (call, request) => {
  return change(call, request, (form, on) => {
    const overage = overagePolicies[request.overage];
    if (overage === undefined) form.refuse("overage", "is not a policy");
    return {
      type: "capture",
      ...on,
      amount: request.amount === "" ? null : amountOf(form, request),
      final: request.final,
      overage: overage ?? "reject",
      description: descriptionOf(form, request.description),
      metadata: form.metadata("metadata", request.metadata),
    };
  });
};

/** Nothing may be captured only where that frees the hold. */
function amountOf(form: Form, request: { readonly amount: string; readonly final: boolean }): Amount {
  if (!request.final) return form.positiveAmount("amount", request.amount);
  const amount = form.amount("amount", request.amount);
  if (amount?.isNegative()) form.refuse("amount", "must be 0 or more");
  return amount ?? Amount.zero;
}
