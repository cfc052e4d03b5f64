import type { CreateTransferRequest } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { answerBytesMax, bytesOf } from "../../../bounds/size.ts";
import { commandOperationsMax } from "../../../ledger/ledger.ts";
import { Form } from "../../shared/form.ts";

/** Most bytes of the error of one transfer. */
export const lineErrorBytesMax = 2 * 1024;
/** Bytes of a receipt beyond what its request said: ids, times, and the figures before and after, in JSON. */
const receiptBytesMax = 1_024;

/**
 * Refuses a batch whose answer would not fit, before anything is booked: what was booked and cannot be answered is lost
 * to its caller.
 */
export function checkBatchSize(rows: readonly CreateTransferRequest[]): void {
  const form = new Form();
  if (rows.length < 1 || rows.length > commandOperationsMax)
    form.refuse("requests", `has ${rows.length} transfers; 1 to ${commandOperationsMax} fit in one batch`);
  const bytes = rows.reduce((sum, row) => sum + resultBytesMax(row), 0);
  if (bytes > answerBytesMax)
    form.refuse(
      "requests",
      `would be answered by ${bytes} bytes; at most ${answerBytesMax} fit, so send fewer`,
    );
  form.done();
}

/** An upper bound of what one transfer is answered by. */
export function resultBytesMax(row: CreateTransferRequest): number {
  return Math.max(lineErrorBytesMax, receiptBytesMax + bytesOf(row));
}
