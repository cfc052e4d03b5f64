import { availableOf, changedAccount } from "../account.ts";
import { Amount } from "../amount.ts";
import type { Requester } from "../command.ts";
import { askedBeside } from "../content.ts";
import type { Hold } from "../hold.ts";
import type { LedgerView } from "../ledger-view.ts";
import { standing } from "../movement.ts";
import { refusalOfCurrency, refusalOfDisabled, refusalToGoBelow } from "../permission.ts";
import { refusalOfRange } from "../range.ts";
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
  const held = before.held.plus(amount);
  const expiresAt = new Date(view.at.getTime() + (operation.ttlMs ?? ttlMsDefault));
  const account = changedAccount(before, {
    sequence: before.sequence + 1,
    held,
    dueAt: earliest(before.dueAt, expiresAt),
  });
  const outOfRange = refusalOfRange(account);
  if (outOfRange !== undefined) return outOfRange;
  const hold: Hold = {
    id: operation.id,
    key: operation.key,
    customerId: before.owner.customerId,
    accountId: before.id,
    currency,
    amount,
    captured: Amount.zero,
    remaining: amount,
    state: "active",
    expiresAt,
    onExpiry: operation.onExpiry,
    source: operation.source,
    description: operation.description,
    userId: operation.userId,
    metadata: operation.metadata,
    createdAt: view.at,
  };
  view.accounts.set(own.key, account);
  view.holds.set(hold.id, hold);
  return {
    recorded: {
      id: operation.id,
      key: operation.key,
      kind: "hold",
      amount,
      currency,
      source: operation.source,
      description: operation.description,
      userId: operation.userId,
      metadata: operation.metadata,
      asked: askedBeside(operation, amount),
      refersTo: null,
      returned: null,
      from: standing(view, account),
      to: null,
      hold: {
        holdId: hold.id,
        heldChange: amount,
        captured: Amount.zero,
        remaining: amount,
        state: "active",
        expiresAt,
      },
      createdBy: by.actor,
      createdAt: view.at,
    },
    hold,
  };
}
