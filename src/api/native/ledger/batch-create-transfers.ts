import { setMaxListeners } from "node:events";
import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { CustomerName, TransferOperation } from "../../../domain/command.ts";
import { isNonEmpty } from "../../../domain/non-empty.ts";
import { Refused } from "../../../domain/refusal.ts";
import type { Call } from "../../shared/call.ts";
import { errorOf } from "../../shared/errors.ts";
import type { Handler } from "../../shared/handler.ts";
import { batchLines, isRefused, type Line } from "./batch-lines.ts";
import { errorResult, type LineResult, receiptResult } from "./batch-results.ts";
import { checkBatchSize } from "./batch-size.ts";
import { groupError, lineError } from "./group-error.ts";

export const batchCreateTransfers: Handler<typeof LedgerService.method.batchCreateTransfers> = async (
  call,
  request,
) => {
  checkBatchSize(request.requests);
  const lines = batchLines(call, request);
  // Each transfer of a batch listens to the one caller's signal.
  setMaxListeners(0, call.signal);
  const book = request.atomic ? bookTogether : bookEach;
  return { results: await book(call, lines, request.validateOnly) };
};

async function bookTogether(call: Call, lines: readonly Line[], dryRun: boolean): Promise<LineResult[]> {
  const refused = lines.flatMap((line, index) => (isRefused(line) ? [{ index, refusal: line.refusal }] : []));
  if (isNonEmpty(refused)) throw groupError(refused);
  const operations = lines.flatMap((line) => (isRefused(line) ? [] : [line.operation]));
  if (!isNonEmpty(operations)) throw new Error("an empty batch was let through");
  const verdict = await call.submit(operations, { dryRun });
  if (verdict.outcome === "refused") throw groupError(verdict.refused);
  return verdict.receipts.map(receiptResult);
}

/** A verdict a line: what is wrong with one concerns that one alone. */
function bookEach(call: Call, lines: readonly Line[], dryRun: boolean): Promise<LineResult[]> {
  return Promise.all(
    lines.map((line, index) =>
      isRefused(line) ? errorResult(errorOf(line.refusal)) : bookOne(call, line.operation, { index, dryRun }),
    ),
  );
}

async function bookOne(
  call: Call,
  operation: TransferOperation<CustomerName>,
  of: { index: number; dryRun: boolean },
): Promise<LineResult> {
  const { index, dryRun } = of;
  try {
    const verdict = await call.submit([operation], { dryRun });
    if (verdict.outcome === "done") return receiptResult(verdict.receipts[0]);
    return errorResult(lineError(verdict.refused[0].refusal, index));
  } catch (error) {
    if (error instanceof Refused) return errorResult(errorOf(error.refusal));
    throw error;
  }
}
