import type { TransferResult } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { Receipt } from "../../../domain/recorded.ts";
import { boundedContent, type ErrorContent, statusOf } from "../../../errors/error-size.ts";
import type { Whole } from "../../shared/proto.ts";
import { lineErrorBytesMax } from "./batch-size.ts";
import { receiptMessage } from "./messages.ts";

/** What became of one transfer of a batch. */
export type LineResult = TransferResult;

export function receiptResult(receipt: Receipt): LineResult {
  return result({ case: "receipt", value: receiptMessage(receipt) });
}

export function errorResult(error: ErrorContent): LineResult {
  const value = statusOf(boundedContent(error, lineErrorBytesMax));
  return result({ case: "error", value });
}

function result(of: LineResult["result"]): LineResult {
  return { $typeName: "tallystick.v1.TransferResult", result: of } satisfies Whole<LineResult>;
}
