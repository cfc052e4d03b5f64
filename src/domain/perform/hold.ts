import { availableOf, changedAccount } from "../account.ts";
import { Amount } from "../amount.ts";
import type { Requester } from "../command.ts";
import { askedBeside } from "../content.ts";
import type { Hold } from "../hold.ts";
import type { LedgerView } from "../ledger-view.ts";
import { standing } from "../movement.ts";
import { refusalOfCurrency, refusalOfDisabled, refusalToGoBelow } from "../permission.ts";
import { refusalOfRange } from "../range.ts";
import type { Recorded } from "../recorded.ts";
import { earliest } from "./moments.ts";
import type { OperationOf, Outcome } from "./outcome.ts";

/** How long a hold lasts by default. */
export const ttlMsDefault = 15 * 60_000;

export function performHold(view: LedgerView, operation: OperationOf<"hold">, by: Requester): Outcome {
  const { own, currency, minimumAmount } = operation;
  const before = own && view.accounts.get(own.key);
  if (own === undefined || before === undefined || !("customerId" in before.owner))
    return { reason: "NOT_FOUND", resource: "customer", name: operation.customer.text };
  const available = availableOf(before) ?? operation.amount;
  const isShort = minimumAmount !== null && available.isLessThan(operation.amount);
  const amount = isShort && !available.isLessThan(minimumAmount) ? available : operation.amount;
  const refusal =
    refusalOfCurrency(view.currencies, { currency, amount: operation.amount, payer: before }) ??
    refusalOfDisabled(before) ??
    refusalToGoBelow(before, isShort && amount === operation.amount ? minimumAmount : amount, view.at);
  if (refusal !== undefined) return refusal;
  const { customerId } = before.owner;
  const hold = newHold(operation, { amount, customerId, accountId: before.id, at: view.at });
  const account = changedAccount(before, {
    sequence: before.sequence + 1,
    held: before.held.plus(amount),
    dueAt: earliest(before.dueAt, hold.expiresAt),
  });
  const outOfRange = refusalOfRange(account);
  if (outOfRange !== undefined) return outOfRange;
  view.accounts.set(own.key, account);
  view.holds.set(hold.id, hold);
  const recorded = recordedHold(hold, {
    asked: askedBeside(operation, amount),
    from: standing(view, account),
    createdBy: by.actor,
  });
  return { recorded, hold };
}

function newHold(
  { id, key, currency, ttlMs, onExpiry, source, description, userId, metadata }: OperationOf<"hold">,
  on: { readonly amount: Amount; readonly customerId: string; readonly accountId: string; readonly at: Date },
): Hold {
  const { amount, customerId, accountId, at } = on;
  return {
    ...{ id, key, customerId, accountId, currency, amount },
    captured: Amount.zero,
    remaining: amount,
    state: "active",
    expiresAt: new Date(at.getTime() + (ttlMs ?? ttlMsDefault)),
    ...{ onExpiry, source, description, userId, metadata },
    createdAt: at,
  };
}

function recordedHold(hold: Hold, by: Pick<Recorded, "asked" | "from" | "createdBy">): Recorded {
  const { id, key, amount, currency, source, description, userId, metadata, createdAt } = hold;
  const { captured, remaining, state, expiresAt } = hold;
  return {
    ...{ id, key, kind: "hold", amount, currency, source, description, userId, metadata, createdAt },
    refersTo: null,
    returned: null,
    to: null,
    hold: { holdId: id, heldChange: amount, captured, remaining, state, expiresAt },
    ...by,
  };
}
