import { setMaxListeners } from "node:events";
import { create } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import {
  type LedgerService,
  type TransferResult,
  TransferResultSchema,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { TransferOperation, Verdict } from "../../../domain/command.ts";
import { isNonEmpty, type NonEmpty } from "../../../domain/non-empty.ts";
import { commandOperationsMax } from "../../../ledger/ledger.ts";
import type { Call } from "../../shared/call.ts";
import { errorOf, statusOf } from "../../shared/errors.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { holdersFor } from "../customer-name.ts";
import { groupError } from "./group-error.ts";
import { receiptMessage } from "./messages.ts";
import { narrowTransfer, type TransferRequest, transferOperation } from "./transfer-request.ts";

interface Batch {
  readonly orgId: string;
  readonly operations: NonEmpty<TransferOperation>;
  readonly dryRun: boolean;
}

export const batchCreateTransfers: Handler<typeof LedgerService.method.batchCreateTransfers> = async (
  call,
  request,
) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const rows = request.requests;
  if (rows.length < 1 || rows.length > commandOperationsMax) {
    form.refuse("requests", `has ${rows.length} transfers; 1 to ${commandOperationsMax} fit in one batch`);
    form.done();
  }
  const narrowed: TransferRequest[] = [];
  for (const [index, row] of rows.entries()) {
    const prefix = `requests[${index}].`;
    if (row.organization !== "") form.refuse(`${prefix}organization`, "is named once, for the whole batch");
    if (row.validateOnly) form.refuse(`${prefix}validate_only`, "is said once, for the whole batch");
    narrowed.push(await narrowTransfer(call, { orgId, form, prefix }, row));
  }
  form.done();
  // Each transfer of a batch listens to the one caller's signal.
  setMaxListeners(0, call.signal);
  const holderOf = holdersFor(call, orgId);
  const operations = await Promise.all(
    narrowed.map((each) => transferOperation(holderOf, call.operationId(each.told.key), each)),
  );
  if (!isNonEmpty(operations)) throw new Error("an empty batch was let through");
  const dryRun = request.validateOnly;
  const results = request.atomic
    ? await bookTogether(call, { orgId, operations, dryRun })
    : await bookEach(call, { orgId, operations, dryRun });
  return { results };
};

async function bookTogether(call: Call, { orgId, operations, dryRun }: Batch): Promise<TransferResult[]> {
  const verdict = await call.submit({ orgId, operations, dryRun });
  if (verdict.outcome === "refused") throw groupError(verdict.refused);
  return verdict.receipts.map((receipt) => resultOf(receiptMessage(receipt)));
}

async function bookEach(call: Call, { orgId, operations, dryRun }: Batch): Promise<TransferResult[]> {
  const verdicts = await Promise.all(
    operations.map((operation) => call.submit({ orgId, operations: [operation], dryRun })),
  );
  return verdicts.map(resultOfVerdict);
}

function resultOfVerdict(verdict: Verdict): TransferResult {
  if (verdict.outcome === "done") return resultOf(receiptMessage(verdict.receipts[0]));
  const error: ConnectError = errorOf(verdict.refused[0].refusal);
  return create(TransferResultSchema, { result: { case: "error", value: statusOf(error) } });
}

function resultOf(receipt: ReturnType<typeof receiptMessage>): TransferResult {
  return create(TransferResultSchema, { result: { case: "receipt", value: receipt } });
}
