import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { receiptMessage } from "./messages.ts";
import { amountOrAll, descriptionOf, userIdOf } from "./operation-fields.ts";
import { submitOne } from "./submit.ts";

export const refundTransfer: Handler<typeof LedgerService.method.refundTransfer> = async (call, request) => {
  const form = new Form();
  const identity = call.identity(form.key("key", request.key));
  const operation = {
    type: "refund",
    ...identity,
    refundOf: form.uuid("transfer", request.transfer),
    amount: amountOrAll(form, request.amount),
    source: null,
    description: descriptionOf(form, request.description),
    userId: userIdOf(form, request.userId),
    metadata: form.metadata("metadata", request.metadata),
  } as const;
  form.done();
  return { receipt: receiptMessage(await submitOne(call, operation, request.validateOnly)) };
};
