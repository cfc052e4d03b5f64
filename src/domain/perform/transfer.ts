import { type AccountRef, type AccountState, balanceOf, changedAccount } from "../account.ts";
import { Amount } from "../amount.ts";
import type { Requester } from "../command.ts";
import { askedBeside } from "../content.ts";
import type { LedgerView } from "../ledger-view.ts";
import { move, standing } from "../movement.ts";
import { refusalOfCurrency, refusalOfDisabled, refusalToGoBelow } from "../permission.ts";
import type { Side } from "../recorded.ts";
import type { CommandRefusal } from "../refusal.ts";
import { ceilingFor, refusalOfCeiling } from "../under-ceiling.ts";
import type { OperationOf, Outcome } from "./outcome.ts";

type Transfer = OperationOf<"transfer">;

export function performTransfer(view: LedgerView, operation: Transfer, by: Requester): Outcome {
  const sides = sidesOf(view, operation);
  if ("reason" in sides) return sides;
  const { own, opposite } = sides;
  const customer = view.account(own);
  const refusal = refusalOf(view, operation, { customer, by });
  if (refusal !== undefined) return refusal;
  const { amount } = operation;
  if (!amount.isPositive()) {
    const account = changedAccount(customer, { sequence: customer.sequence + 1 });
    view.accounts.set(own.key, account);
    return recorded(view, operation, { from: standing(view, account), to: null, by });
  }
  const [from, to] = operation.isPaying ? [own, opposite] : [opposite, own];
  const moved = move(view, { kind: operation.kind, amount, from, to });
  if ("reason" in moved) return moved;
  noteCredit(view, operation, to);
  return recorded(view, operation, { from: moved.from, to: moved.to, by });
}

/** The accounts of both sides, or which of them does not exist. */
function sidesOf(
  view: LedgerView,
  operation: Transfer,
): { own: AccountRef; opposite: AccountRef } | CommandRefusal {
  const { own, opposite, customer, other } = operation;
  if (own === undefined || !view.accounts.has(own.key))
    return { reason: "NOT_FOUND", resource: "customer", name: customer.text };
  if (opposite === undefined || !view.accounts.has(opposite.key)) {
    const name = "customer" in other ? other.customer.text : other.counter;
    return { reason: "NOT_FOUND", resource: "customer", name };
  }
  if (own.key === opposite.key) return { reason: "SAME_CUSTOMER", customerId: customer.id ?? "" };
  return { own, opposite };
}

function refusalOf(
  view: LedgerView,
  operation: Transfer,
  { customer, by }: { customer: AccountState; by: Requester },
): CommandRefusal | undefined {
  const { amount, currency, isPaying, kind } = operation;
  // Between customers the money stays in the currency, so it must be one that may be used.
  const payer = isPaying && kind !== "transfer" ? customer : undefined;
  return (
    (isPaying ? refusalOfDisabled(customer) : undefined) ??
    refusalOfCurrency(view.currencies, { currency, amount, payer }) ??
    refusalOfTopUp(view, operation) ??
    (kind === "credit" || kind === "adjustment"
      ? refusalOfCeiling(ceilingFor(view.currencies, by, currency), { kind, currency, amount })
      : undefined) ??
    (operation.isCapped === true ? refusalToRise(view, operation, customer) : undefined) ??
    (isPaying && amount.isPositive() ? refusalToGoBelow(customer, amount, view.at) : undefined) ??
    refusalOfBalance(operation, customer)
  );
}

/** Refuses a transfer whose new balance the caller's interface could not express. */
function refusalOfBalance(
  { amount, currency, isPaying, balanceMost: most }: Transfer,
  customer: AccountState,
): CommandRefusal | undefined {
  if (most === undefined) return undefined;
  const before = balanceOf(customer);
  const after = isPaying ? before.minus(amount) : before.plus(amount);
  const isTold = !most.isLessThan(after) && !after.isLessThan(most.negated());
  return isTold ? undefined : { reason: "BALANCE_OUT_OF_RANGE", currency, most };
}

function refusalOfTopUp(view: LedgerView, operation: Transfer): CommandRefusal | undefined {
  if (operation.isTopUp !== true) return undefined;
  const { currency, amount } = operation;
  const least = view.currencies.configured.get(currency)?.minimumTopUp;
  if (least === undefined || !amount.isLessThan(least)) return undefined;
  return { reason: "TOP_UP_TOO_SMALL", currency, least, required: amount };
}

/** Why an adjustment of Apigee's may not give back so much: the balance may not rise above that after the newest credit. */
function refusalToRise(
  view: LedgerView,
  operation: Transfer,
  account: AccountState,
): CommandRefusal | undefined {
  const { currency, amount, customer } = operation;
  const customerId = customer.id ?? "";
  if (account.version === 0) return { reason: "NO_ACCOUNT", customerId, currency };
  if (operation.isPaying) return undefined;
  const newest = view.newestCredits.get(account.key);
  const room = newest ? newest.balance.minus(balanceOf(account)) : Amount.zero;
  if (!room.isLessThan(amount)) return undefined;
  const largest = room.isPositive() ? room : Amount.zero;
  return { reason: "ADJUSTMENT_TOO_LARGE", customerId, currency, largest, required: amount };
}

function noteCredit(view: LedgerView, { id, kind }: Transfer, to: AccountRef): void {
  if (kind !== "credit" && kind !== "transfer") return;
  if (view.newestCredits.get(to.key) === undefined) return;
  view.newestCredits.set(to.key, { id, balance: balanceOf(view.account(to)) });
}

function recorded(
  view: LedgerView,
  operation: Transfer,
  { from, to, by }: { from: Side; to: Side | null; by: Requester },
): Outcome {
  return {
    recorded: {
      id: operation.id,
      key: operation.key,
      kind: operation.kind,
      amount: operation.amount,
      currency: operation.currency,
      source: operation.source,
      description: operation.description,
      userId: operation.userId,
      metadata: operation.metadata,
      asked: askedBeside(operation, operation.amount),
      refersTo: null,
      returned: null,
      from,
      to,
      hold: null,
      createdBy: by.actor,
      createdAt: view.at,
    },
    hold: null,
  };
}
