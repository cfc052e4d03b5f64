import type { Amount } from "../amount.ts";
import type { Requester } from "../command.ts";
import { askedBeside } from "../content.ts";
import type { Hold } from "../hold.ts";
import type { LedgerView } from "../ledger-view.ts";
import type { Recorded, Side } from "../recorded.ts";
import type { ResolvedHoldChange } from "./outcome.ts";

/** The journal's record of a change of a hold. Source and user are those of the hold. */
export function recordedHoldChange(
  view: LedgerView,
  of: {
    operation: ResolvedHoldChange;
    before: Hold;
    after: Hold;
    amount: Amount;
    from: Side;
    to: Side | null;
    by: Requester;
  },
): Recorded {
  const { operation, before, after, amount, from, to, by } = of;
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
    createdBy: by.actor,
    createdAt: view.at,
  };
}
