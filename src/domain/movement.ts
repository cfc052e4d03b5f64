import { type AccountRef, type AccountState, changedAccount } from "./account.ts";
import type { Amount } from "./amount.ts";
import type { LedgerView } from "./ledger-view.ts";
import type { TransferKind } from "./operation.ts";
import { refusalOfRange } from "./range.ts";
import type { Side } from "./recorded.ts";
import type { CommandRefusal } from "./refusal.ts";

export interface Movement {
  readonly kind: TransferKind;
  /** Above zero. */
  readonly amount: Amount;
  readonly from: AccountRef;
  readonly to: AccountRef;
  /** The paying account as it is now, where the view has an older state of it. */
  readonly payer?: AccountState;
  /** The moment of the payer's entry, where an expiry caused the movement. */
  readonly effectiveAt?: Date;
}

/** Moves an amount between two accounts of the view. Checks the range of both. */
export function move(view: LedgerView, movement: Movement): { from: Side; to: Side } | CommandRefusal {
  const { from, to, amount, kind } = movement;
  const paying = movement.payer ?? view.account(from);
  const receiving = view.account(to);
  const paidAt = later(movement.effectiveAt ?? view.at, paying.newestAt);
  const receivedAt = later(view.at, receiving.newestAt);
  const payer = paid(paying, kind, amount, paidAt);
  const payee = received(receiving, kind, amount, receivedAt);
  const refusal = refusalOfRange(payer) ?? refusalOfRange(payee);
  if (refusal !== undefined) return refusal;
  view.accounts.set(from.key, payer);
  view.accounts.set(to.key, payee);
  return { from: { account: payer, at: paidAt }, to: { account: payee, at: receivedAt } };
}

/** The side of the customer in an operation that moves no money. */
export function standing(view: LedgerView, account: AccountState): Side {
  return { account, at: later(view.at, account.newestAt) };
}

/** The receiving account afterwards. The kind decides which running total changes. */
function received(account: AccountState, kind: TransferKind, amount: Amount, at: Date): AccountState {
  const [version, sequence] = [account.version + 1, account.sequence + 1];
  const givesBack = (kind === "refund" || kind === "adjustment") && account.customer !== null;
  return givesBack
    ? changedAccount(account, { version, sequence, newestAt: at, spent: account.spent.minus(amount) })
    : changedAccount(account, { version, sequence, newestAt: at, funded: account.funded.plus(amount) });
}

function paid(account: AccountState, kind: TransferKind, amount: Amount, at: Date): AccountState {
  const [version, sequence] = [account.version + 1, account.sequence + 1];
  const takesBack = kind === "reversal" && account.customer !== null;
  return takesBack
    ? changedAccount(account, { version, sequence, newestAt: at, withdrawn: account.withdrawn.plus(amount) })
    : changedAccount(account, { version, sequence, newestAt: at, spent: account.spent.plus(amount) });
}

/** Compares milliseconds: V8 takes a hundred times as long to compare dates. */
function later(a: Date, b: Date): Date {
  return a.getTime() < b.getTime() ? b : a;
}
