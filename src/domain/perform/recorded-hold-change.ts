import type { Amount } from "../amount.ts";
import { askedBeside } from "../content.ts";
import type { Hold } from "../hold.ts";
import type { LedgerView } from "../ledger-view.ts";
import type { Side } from "../recorded.ts";
import type { OperationOf } from "./outcome.ts";

type HoldChange = OperationOf<"capture" | "release" | "extend">;

/** What the journal keeps of a change of a hold. Source and user are the hold's. */
export function recordedHoldChange(
  view: LedgerView,
  of: { operation: HoldChange; before: Hold; after: Hold; amount: Amount; from: Side; to: Side | null },
) {
  const { operation, before, after, amount, from, to } = of;
  const isCapture = operation.type === "capture";
  return {
    id: operation.id,
    key: operation.key,
    kind: operation.type,
    amount,
    currency: after.currency,
    source: after.source,
    description: isCapture ? operation.description : "",
    userId: after.userId,
    metadata: isCapture ? operation.metadata : {},
    asked: askedBeside(operation, amount),
    refersTo: null,
    returned: null,
    from,
    to,
    hold: {
      holdId: after.id,
      heldChange: after.remaining.minus(before.remaining),
      captured: after.captured,
      remaining: after.remaining,
      state: after.state,
      expiresAt: after.expiresAt,
    },
    createdAt: view.at,
  };
}
