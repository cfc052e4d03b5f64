import { type AccountState, availableOf } from "../account.ts";
import { Amount } from "../amount.ts";
import type { Origin } from "../asked-operation.ts";
import type { Requester } from "../command.ts";
import { askedBeside } from "../content.ts";
import type { LedgerView } from "../ledger-view.ts";
import { move } from "../movement.ts";
import { refusalOfPart, refusalToGoBelow } from "../permission.ts";
import type { CommandRefusal } from "../refusal.ts";
import { ceilingFor, overdraftFor } from "../under-ceiling.ts";
import type { OperationOf, Outcome } from "./outcome.ts";

type Refund = OperationOf<"refund">;
type Reversal = OperationOf<"reversal">;

/** Refunds a charge or a capture, or a part of it, whatever the limit and the currency's state are. */
export function performRefund(view: LedgerView, operation: Refund, by: Requester): Outcome {
  const { refundOf, origin } = operation;
  if (origin === undefined) return { reason: "NOT_FOUND", resource: "transfer", name: refundOf };
  const { kind, currency } = origin.recorded;
  if (kind !== "charge" && kind !== "capture")
    return { reason: "NOT_REFUNDABLE", transferId: refundOf, kind };
  const left = leftOf(view, origin);
  const amount = operation.amount ?? left;
  if (!amount.isPositive() || left.isLessThan(amount))
    return { reason: "REFUND_TOO_LARGE", transferId: refundOf, currency, left, required: amount };
  const refusal = refusalOfPart(view.currencies, { currency, amount, left });
  if (refusal !== undefined) return refusal;
  return giveBack(view, operation, { origin, amount, by });
}

/** Reverses a credit, or a part of it; below the minimum balance only as far as the operation allows debt. */
export function performReversal(view: LedgerView, operation: Reversal, by: Requester): Outcome {
  const { reversalOf, origin } = operation;
  if (origin === undefined) return { reason: "NOT_FOUND", resource: "transfer", name: reversalOf };
  const { kind, currency } = origin.recorded;
  if (kind !== "credit") return { reason: "NOT_REVERSIBLE", transferId: reversalOf, kind };
  const left = leftOf(view, origin);
  const amount = operation.amount ?? left;
  if (!amount.isPositive() || left.isLessThan(amount))
    return { reason: "REVERSAL_TOO_LARGE", transferId: reversalOf, currency, left, required: amount };
  const account = view.account(origin.customer);
  const refusal =
    refusalOfPart(view.currencies, { currency, amount, left }) ??
    refusalOfDebt(view, operation, { account, amount, by });
  if (refusal !== undefined) return refusal;
  const outcome = giveBack(view, operation, { origin, amount, by });
  if (!("reason" in outcome)) lowerNewestCredit(view, origin, amount);
  return outcome;
}

function leftOf(view: LedgerView, { recorded }: Origin): Amount {
  return recorded.amount.minus(view.returned.get(recorded.id) ?? Amount.zero);
}

function refusalOfDebt(
  { at, currencies }: LedgerView,
  { debt }: Reversal,
  { account, amount, by }: { account: AccountState; amount: Amount; by: Requester },
): CommandRefusal | undefined {
  if (debt === "any") return undefined;
  const ceiling = ceilingFor(currencies, by, account.currency);
  const within = overdraftFor(ceiling, account.captureOverdraft) ?? Amount.zero;
  const overdraft = debt === "within overdraft" ? within : Amount.zero;
  const room = availableOf(account)?.plus(overdraft);
  return room === undefined || !room.isLessThan(amount) ? undefined : refusalToGoBelow(account, amount, at);
}

/** A reversal of the newest credit lowers the balance up to which adjustments may give back. */
function lowerNewestCredit(view: LedgerView, { recorded, customer }: Origin, amount: Amount): void {
  const newest = view.newestCredits.get(customer.key);
  if (newest?.id !== recorded.id) return;
  view.newestCredits.set(customer.key, { ...newest, balance: newest.balance.minus(amount) });
}

function giveBack(
  view: LedgerView,
  operation: Refund | Reversal,
  of: { origin: Origin; amount: Amount; by: Requester },
): Outcome {
  const { origin, amount, by } = of;
  const [from, to] =
    operation.type === "refund" ? [origin.counter, origin.customer] : [origin.customer, origin.counter];
  const moved = move(view, { kind: operation.type, amount, from, to });
  if ("reason" in moved) return moved;
  const returned = (view.returned.get(origin.recorded.id) ?? Amount.zero).plus(amount);
  view.returned.set(origin.recorded.id, returned);
  return {
    recorded: {
      id: operation.id,
      key: operation.key,
      kind: operation.type,
      amount,
      currency: origin.recorded.currency,
      source: operation.source ?? origin.recorded.source,
      description: operation.description,
      userId: operation.userId,
      metadata: operation.metadata,
      asked: askedBeside(operation, amount),
      refersTo: origin.recorded.id,
      returned,
      from: moved.from,
      to: moved.to,
      hold: null,
      createdBy: by.actor,
      createdAt: view.at,
    },
    hold: null,
  };
}
