import { type AccountState, availableOf, changedAccount } from "../account.ts";
import { Amount } from "../amount.ts";
import type { HeldOn } from "../asked-operation.ts";
import type { Requester } from "../command.ts";
import type { Hold } from "../hold.ts";
import type { LedgerView } from "../ledger-view.ts";
import { move, standing } from "../movement.ts";
import { refusalOfPart, refusalToGoBelow } from "../permission.ts";
import type { CommandRefusal } from "../refusal.ts";
import { ceilingExceeded, ceilingFor, overdraftFor } from "../under-ceiling.ts";
import type { OperationOf, Outcome } from "./outcome.ts";
import { recordedHoldChange } from "./recorded-hold-change.ts";

type Capture = OperationOf<"capture">;

/**
 * Charges a hold. The amount was set aside, so it may be captured whatever the limit, the currency and the customer's state are
 * now; only debt has a bound. `effectiveAt` is given where an expiry captures it.
 */
export function performCapture(
  view: LedgerView,
  { hold, on }: { hold: Hold; on: HeldOn },
  operation: Capture,
  { by, effectiveAt }: { readonly by: Requester; readonly effectiveAt?: Date },
): Outcome {
  const before = view.account(on.account);
  const amount = amountOf(view, { account: before, hold, operation, by });
  if (amount instanceof Amount === false) return amount;
  const left = hold.remaining.isLessThan(amount) ? Amount.zero : hold.remaining.minus(amount);
  const isLast = operation.final || !left.isPositive();
  const remaining = isLast ? Amount.zero : left;
  const held = before.held.minus(hold.remaining).plus(remaining);
  const captured = hold.captured.plus(amount);
  const ended = captured.isPositive() ? "captured" : "released";
  const after: Hold = { ...hold, captured, remaining, state: isLast ? ended : "active" };
  const sides = sidesOf(view, { before, held, amount, on, effectiveAt });
  if ("reason" in sides) return sides;
  view.holds.set(hold.id, after);
  const { from, to } = sides;
  const recorded = recordedHoldChange(view, { operation, before: hold, after, amount, from, to, by });
  return { recorded, hold: after };
}

function sidesOf(
  view: LedgerView,
  of: { before: AccountState; held: Amount; amount: Amount; on: HeldOn; effectiveAt: Date | undefined },
) {
  const { before, held, amount, on, effectiveAt } = of;
  if (amount.isPositive()) {
    const payer = changedAccount(before, { held });
    const movement = { kind: "capture", amount, from: on.account, to: on.counter, payer } as const;
    return move(view, effectiveAt === undefined ? movement : { ...movement, effectiveAt });
  }
  const account = changedAccount(before, { sequence: before.sequence + 1, held });
  view.accounts.set(account.key, account);
  return { from: standing(view, account), to: null };
}

/** The amount to charge, or why nothing is charged. */
function amountOf(
  { currencies, at }: LedgerView,
  of: { account: AccountState; hold: Hold; operation: Capture; by: Requester },
): Amount | CommandRefusal {
  const { account, hold, operation, by } = of;
  const { currency, remaining } = hold;
  const asked = operation.amount ?? remaining;
  const refusal = refusalOfPart(currencies, { currency, amount: asked, left: remaining });
  if (refusal !== undefined) return refusal;
  if (!remaining.isLessThan(asked)) return asked;
  if (operation.overage === "reject")
    return { reason: "HOLD_EXCEEDED", holdId: hold.id, currency, remaining, required: asked };
  if (operation.overage === "cap") return remaining;
  const overdraft = overdraftFor(ceilingFor(currencies, by, currency), account.captureOverdraft);
  const most = overdraft === null ? undefined : availableOf(account)?.plus(remaining).plus(overdraft);
  if (most === undefined || !most.isLessThan(asked)) return asked;
  const taken = larger(most, remaining);
  // A bound of customer or currency cuts the charge. Where there is none, the ceiling refuses what only an admin may do.
  if (account.captureOverdraft === null)
    return ceilingExceeded({ ceiling: "overdraft", currency, largest: taken, required: asked });
  // Nothing remains of a hold that has expired. Where there is no room for debt either, it is refused and stays as it is.
  return taken.isPositive() ? taken : (refusalToGoBelow(account, asked, at) ?? taken);
}

function larger(a: Amount, b: Amount): Amount {
  return a.isLessThan(b) ? b : a;
}
