import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { holdersFor } from "../customer-name.ts";
import { receiptMessage } from "./messages.ts";
import { submitOne } from "./submit.ts";
import { narrowTransfer, transferOperation } from "./transfer-request.ts";

export const createTransfer: Handler<typeof LedgerService.method.createTransfer> = async (call, request) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const narrowed = await narrowTransfer(call, { orgId, form }, request);
  form.done();
  const operation = await transferOperation(
    holdersFor(call, orgId),
    call.operationId(narrowed.told.key),
    narrowed,
  );
  const receipt = await submitOne(call, { orgId, operation, dryRun: request.validateOnly });
  return { receipt: receiptMessage(receipt) };
};
