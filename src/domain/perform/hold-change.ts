import { type AccountState, changedAccount } from "../account.ts";
import { Amount } from "../amount.ts";
import type { Asker } from "../command.ts";
import type { Hold } from "../hold.ts";
import type { LedgerView } from "../ledger-view.ts";
import { standing } from "../movement.ts";
import { performCapture } from "./capture.ts";
import { earliest } from "./moments.ts";
import type { OperationOf, Outcome } from "./outcome.ts";
import { recordedHoldChange } from "./recorded-hold-change.ts";

type HoldChange = OperationOf<"capture" | "release" | "extend">;

export function performHoldChange(view: LedgerView, operation: HoldChange, by: Asker): Outcome {
  const { on, holdId } = operation;
  const hold = on && view.holds.get(holdId);
  if (on === undefined || hold === undefined) return { reason: "NOT_FOUND", resource: "hold", name: holdId };
  const isDebt = operation.type === "capture" && operation.overage === "allow_debt";
  // All that remains of a hold that has expired is nothing, so it takes an amount to charge it.
  const mayBeOver = isDebt && operation.amount?.isPositive() === true && hold.state === "expired";
  if (hold.state !== "active" && !mayBeOver) return { reason: "HOLD_NOT_ACTIVE", holdId, state: hold.state };
  switch (operation.type) {
    case "capture":
      return performCapture(view, { hold, on }, operation, { by });
    case "release":
      return release(view, hold, operation, by.actor);
    case "extend":
      return extend(view, hold, operation, by.actor);
  }
}

function release(
  view: LedgerView,
  hold: Hold,
  operation: OperationOf<"release">,
  createdBy: string,
): Outcome {
  const before = accountOfHold(view, operation);
  const account = changedAccount(before, {
    sequence: before.sequence + 1,
    held: before.held.minus(hold.remaining),
  });
  const after: Hold = { ...hold, remaining: Amount.zero, state: "released" };
  return changed(view, { operation, account, before: hold, after, createdBy });
}

function extend(view: LedgerView, hold: Hold, operation: OperationOf<"extend">, createdBy: string): Outcome {
  const before = accountOfHold(view, operation);
  const expiresAt = new Date(view.at.getTime() + operation.ttlMs);
  const account = changedAccount(before, {
    sequence: before.sequence + 1,
    dueAt: earliest(before.dueAt, expiresAt),
  });
  return changed(view, { operation, account, before: hold, after: { ...hold, expiresAt }, createdBy });
}

function accountOfHold(view: LedgerView, { on }: HoldChange): AccountState {
  if (on === undefined) throw new Error("a hold without an account was changed");
  return view.account(on.account);
}

function changed(
  view: LedgerView,
  of: {
    operation: OperationOf<"release" | "extend">;
    account: AccountState;
    before: Hold;
    after: Hold;
    createdBy: string;
  },
): Outcome {
  const { operation, account, before, after, createdBy } = of;
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
  });
  return { recorded: { ...recorded, createdBy }, hold: after };
}
