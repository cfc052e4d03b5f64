import type { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { mapGivingWay } from "../../../bounds/give-way.ts";
import { isNonEmpty } from "../../../domain/non-empty.ts";
import { Refused } from "../../../domain/refusal.ts";
import type { Verdict } from "../../../domain/verdict.ts";
import type { Call } from "../../shared/call.ts";
import { errorContentOf } from "../../shared/errors.ts";
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
  const lines = await batchLines(call, request);
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
async function bookEach(call: Call, lines: readonly Line[], dryRun: boolean): Promise<LineResult[]> {
  const operations = lines.flatMap((line) => (isRefused(line) ? [] : [line.operation]));
  const answers = isNonEmpty(operations) ? await call.submitEach(operations, { dryRun }) : [];
  let answered = 0;
  return mapGivingWay(lines, (line, index) =>
    isRefused(line) ? errorResult(errorContentOf(line.refusal)) : lineResult(answers[answered++], index),
  );
}

function lineResult(answer: Verdict | Refused | undefined, index: number): LineResult {
  if (answer === undefined) throw new Error("a transfer was left without an answer");
  if (answer instanceof Refused) return errorResult(errorContentOf(answer.refusal));
  if (answer.outcome === "done") return receiptResult(answer.receipts[0]);
  return errorResult(lineError(answer.refused[0].refusal, index));
}
