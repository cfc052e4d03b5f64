import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { receiptMessage } from "./messages.ts";
import { submitOne } from "./submit.ts";
import { transferOperation } from "./transfer-request.ts";

export const createTransfer: Handler<typeof LedgerService.method.createTransfer> = async (call, request) => {
  const form = new Form();
  const operation = transferOperation(call, form, request);
  form.done();
  return { receipt: receiptMessage(await submitOne(call, operation, request.validateOnly)) };
};
