import { setMaxListeners } from "node:events";
import { create } from "@bufbuild/protobuf";
import {
  type BatchCreateTransfersRequest,
  type CreateTransferRequest,
  type LedgerService,
  type TransferResult,
  TransferResultSchema,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { CustomerName, TransferOperation, Verdict } from "../../../domain/command.ts";
import { isNonEmpty } from "../../../domain/non-empty.ts";
import type { Refusal } from "../../../domain/refusal.ts";
import { commandOperationsMax } from "../../../ledger/ledger.ts";
import type { Call } from "../../shared/call.ts";
import { errorOf, statusOf } from "../../shared/errors.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { groupError, lineError } from "./group-error.ts";
import { receiptMessage } from "./messages.ts";
import { transferOperation } from "./transfer-request.ts";

export const batchCreateTransfers: Handler<typeof LedgerService.method.batchCreateTransfers> = async (
  call,
  request,
) => {
  const form = new Form();
  const { length } = request.requests;
  if (length < 1 || length > commandOperationsMax)
    form.refuse("requests", `has ${length} transfers; 1 to ${commandOperationsMax} fit in one batch`);
  form.done();
  // Each transfer of a batch listens to the one caller's signal.
  setMaxListeners(0, call.signal);
  return { results: request.atomic ? await bookTogether(call, request) : await bookEach(call, request) };
};

async function bookTogether(call: Call, request: BatchCreateTransfersRequest): Promise<TransferResult[]> {
  const form = new Form();
  const operations = request.requests.map((row, index) => narrow(call, form, index, row));
  form.done();
  if (!isNonEmpty(operations)) throw new Error("an empty batch was let through");
  const verdict = await call.submit(operations, { dryRun: request.validateOnly });
  if (verdict.outcome === "refused") throw groupError(verdict.refused);
  return verdict.receipts.map((receipt) => resultOf(receiptMessage(receipt)));
}

/** A verdict a line: what is wrong with one concerns that one alone. */
function bookEach(call: Call, request: BatchCreateTransfersRequest): Promise<TransferResult[]> {
  const narrowed = request.requests.map((row, index) => {
    const form = new Form();
    const operation = narrow(call, form, index, row);
    return { operation, refusal: form.refusal() };
  });
  return Promise.all(
    narrowed.map(async ({ operation, refusal }, index) => {
      if (refusal !== undefined) return refusedLine(refusal);
      const verdict = await call.submit([operation], { dryRun: request.validateOnly });
      return resultOfVerdict(verdict, index);
    }),
  );
}

function narrow(
  call: Call,
  form: Form,
  index: number,
  row: CreateTransferRequest,
): TransferOperation<CustomerName> {
  const prefix = `requests[${index}].`;
  if (row.organization !== "") form.refuse(`${prefix}organization`, "is named once, for the whole batch");
  if (row.validateOnly) form.refuse(`${prefix}validate_only`, "is said once, for the whole batch");
  return transferOperation(call, { form, prefix }, row);
}

function resultOfVerdict(verdict: Verdict, index: number): TransferResult {
  if (verdict.outcome === "done") return resultOf(receiptMessage(verdict.receipts[0]));
  const error = lineError(verdict.refused[0].refusal, index);
  return create(TransferResultSchema, { result: { case: "error", value: statusOf(error) } });
}

function refusedLine(refusal: Refusal): TransferResult {
  return create(TransferResultSchema, { result: { case: "error", value: statusOf(errorOf(refusal)) } });
}

function resultOf(receipt: ReturnType<typeof receiptMessage>): TransferResult {
  return create(TransferResultSchema, { result: { case: "receipt", value: receipt } });
}
