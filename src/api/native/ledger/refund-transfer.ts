import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { RefundOperation } from "../../../domain/command.ts";
import { Refused } from "../../../domain/refusal.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { keptCurrency } from "./kept-currency.ts";
import { receiptMessage } from "./messages.ts";
import { transferNamed } from "./named-transfer.ts";
import { submitOne } from "./submit.ts";

export const refundTransfer: Handler<typeof LedgerService.method.refundTransfer> = async (call, request) => {
  const { id: orgId } = call.organization;
  const transfer = await transferNamed(call, orgId, request.transfer);
  const { from, to } = transfer;
  if (
    (transfer.kind !== "charge" && transfer.kind !== "capture") ||
    !("customerId" in from) ||
    !("role" in to)
  ) {
    throw new Refused({ reason: "NOT_REFUNDABLE", transferId: transfer.id, kind: transfer.kind });
  }
  const form = new Form();
  const currency = await keptCurrency(call, orgId, transfer.currency);
  const key = form.key("key", request.key);
  const operation: RefundOperation = {
    type: "refund",
    id: call.operationId(key),
    key,
    refundOf: transfer.id,
    amount: request.amount === "" ? null : form.positiveAmount("amount", request.amount, currency),
    customerId: from.customerId,
    counterRole: to.role,
    currency: transfer.currency,
    source: transfer.source,
    description: form.text("description", request.description, { charactersMax: 1_024 }),
    userId: form.text("user_id", request.userId, { charactersMax: 255 }),
    metadata: form.metadata("metadata", request.metadata),
  };
  form.done();
  const receipt = await submitOne(call, { orgId, operation, dryRun: request.validateOnly });
  return { receipt: receiptMessage(receipt) };
};
