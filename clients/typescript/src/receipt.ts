import type { BalanceSnapshot, Receipt } from "../../../gen/tallystick/v1/ledger_pb.ts";

/** A receipt as the service answers it: the account before and after is always there. */
export type CompleteReceipt = Receipt & { readonly before: BalanceSnapshot; readonly after: BalanceSnapshot };

/** The receipt in an answer, which the generated types take for one that may be missing. */
export function receiptOf({ receipt }: { readonly receipt?: Receipt | undefined }): CompleteReceipt {
  if (receipt?.before === undefined || receipt.after === undefined)
    throw new Error("the answer has no receipt");
  return { ...receipt, before: receipt.before, after: receipt.after };
}
