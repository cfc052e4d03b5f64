import { type AccountState, accountKey, availableOf, balanceOf } from "./account.ts";
import type { Amount } from "./amount.ts";
import type { LedgerView } from "./ledger-view.ts";
import type { CommandRefusal } from "./refusal.ts";
import type { Booked, Transfer } from "./transfer.ts";

/** The account after it has received: which running total changes depends on the transfer's kind. */
function received(account: AccountState, { kind, amount }: Transfer): AccountState {
  const version = account.version + 1;
  const givesBack = kind === "refund" || kind === "adjustment";
  return givesBack && "customerId" in account.owner
    ? { ...account, version, spent: account.spent.minus(amount) }
    : { ...account, version, funded: account.funded.plus(amount) };
}

function paid(account: AccountState, { amount }: Transfer): AccountState {
  return { ...account, version: account.version + 1, spent: account.spent.plus(amount) };
}

/**
 * Moves an amount between two accounts of the view. Checks nothing but the range of the totals. `payer` is the account
 * that pays as it is now, where it is not as the view has it.
 */
export function move(view: LedgerView, transfer: Transfer, payer?: AccountState): Booked | CommandRefusal {
  const fromKey = accountKey(transfer.from, transfer.currency);
  const toKey = accountKey(transfer.to, transfer.currency);
  const from = paid(payer ?? view.account(fromKey), transfer);
  const to = received(view.account(toKey), transfer);
  if (!isInRange(from) || !isInRange(to))
    return { reason: "BALANCE_OUT_OF_RANGE", currency: transfer.currency };
  view.accounts.set(fromKey, from);
  view.accounts.set(toKey, to);
  return {
    transfer,
    from: { account: from, amount: transfer.amount.negated() },
    to: { account: to, amount: transfer.amount },
  };
}

/** Why an account may not give up so much, to a charge or to a hold; undefined where it may. */
export function refusalToSpend(account: AccountState, required: Amount): CommandRefusal | undefined {
  if (!("customerId" in account.owner)) return undefined;
  const { customerId } = account.owner;
  if (!account.enabled) return { reason: "CUSTOMER_DISABLED", customerId };
  const { currency, minimumBalance } = account;
  const available = availableOf(account);
  if (available === null || minimumBalance === null || !available.isLessThan(required)) return undefined;
  return { reason: "INSUFFICIENT_FUNDS", customerId, currency, available, required, minimumBalance };
}

function isInRange(account: AccountState): boolean {
  return account.funded.isInRange() && account.spent.isInRange() && balanceOf(account).isInRange();
}
