import { type AccountState, changedAccount } from "../account.ts";
import { Amount } from "../amount.ts";
import type { HeldOn } from "../asked-operation.ts";
import type { Requester } from "../command.ts";
import type { Hold } from "../hold.ts";
import type { LedgerView } from "../ledger-view.ts";
import { standing } from "../movement.ts";
import { performCapture } from "./capture.ts";
import { earliest } from "./moments.ts";
import type { OperationOf, Outcome, ResolvedHoldChange } from "./outcome.ts";
import { recordedHoldChange } from "./recorded-hold-change.ts";

/** A hold, and where it is. */
interface HoldInPlace {
  readonly hold: Hold;
  readonly on: HeldOn;
}

export function performHoldChange(view: LedgerView, operation: ResolvedHoldChange, by: Requester): Outcome {
  const { on, holdId } = operation;
  const hold = on && view.holds.get(holdId);
  if (on === undefined || hold === undefined) return { reason: "NOT_FOUND", resource: "hold", name: holdId };
  const isDebt = operation.type === "capture" && operation.overage === "allow_debt";
  // Nothing remains of a hold that has expired, so an amount must be given to charge it.
  const mayBeOver = isDebt && operation.amount?.isPositive() === true && hold.state === "expired";
  if (hold.state !== "active" && !mayBeOver) return { reason: "HOLD_NOT_ACTIVE", holdId, state: hold.state };
  switch (operation.type) {
    case "capture":
      return performCapture(view, { hold, on }, operation, { by });
    case "release":
      return release(view, { hold, on }, operation, by);
    case "extend":
      return extend(view, { hold, on }, operation, by);
  }
}

function release(
  view: LedgerView,
  { hold, on }: HoldInPlace,
  operation: OperationOf<"release">,
  by: Requester,
): Outcome {
  const before = view.account(on.account);
  const account = changedAccount(before, {
    sequence: before.sequence + 1,
    held: before.held.minus(hold.remaining),
  });
  const after: Hold = { ...hold, remaining: Amount.zero, state: "released" };
  return changed(view, { operation, account, before: hold, after, by });
}

function extend(
  view: LedgerView,
  { hold, on }: HoldInPlace,
  operation: OperationOf<"extend">,
  by: Requester,
): Outcome {
  const before = view.account(on.account);
  const expiresAt = new Date(view.at.getTime() + operation.ttlMs);
  const account = changedAccount(before, {
    sequence: before.sequence + 1,
    dueAt: earliest(before.dueAt, expiresAt),
  });
  return changed(view, { operation, account, before: hold, after: { ...hold, expiresAt }, by });
}

function changed(
  view: LedgerView,
  of: {
    operation: OperationOf<"release" | "extend">;
    account: AccountState;
    before: Hold;
    after: Hold;
    by: Requester;
  },
): Outcome {
  const { operation, account, before, after, by } = of;
  view.accounts.set(account.key, account);
  view.holds.set(after.id, after);
  const from = standing(view, account);
  const recorded = recordedHoldChange(view, {
    operation,
    before,
    after,
    amount: Amount.zero,
    from,
    to: null,
    by,
  });
  return { recorded, hold: after };
}
