import type { Amount } from "./amount.ts";

/**
 * Whose account it is: a customer's, or a counter-account of the organization (`funding`, `revenue`, `adjustments`, …):
 * the other side of what customers are given and charged.
 */
export type AccountOwner = { readonly customerId: string } | { readonly role: string };

/** How low a customer's balance may go, as it was set. */
export interface Limit {
  /** The customer's own minimum balance; null where it has none. */
  readonly own: Amount | null;
  /** When its own gives way to `afterwards`; null where it never does. */
  readonly endsAt: Date | null;
  /** The own minimum balance from `endsAt` on. */
  readonly afterwards: Amount | null;
  /** What holds without one of its own: 0, or for a postpaid customer its credit limit. */
  readonly fallback: Amount;
}

/** What the ledger knows of an account while it holds its lock. */
export interface AccountState {
  readonly id: string;
  readonly owner: AccountOwner;
  readonly currency: string;
  /** Number of entries; the newest entry bears it. */
  readonly version: number;
  /** Running total of what came in. */
  readonly funded: Amount;
  /** Running total of what went out, less refunds and adjustments. */
  readonly spent: Amount;
  /** Set aside by active holds. */
  readonly held: Amount;
  /** No hold expires before; null where none is active. */
  readonly holdsExpireAt: Date | null;
  /** How low the balance may go at the moment in question; null where nothing limits it. */
  readonly minimumBalance: Amount | null;
  /** A disabled customer is not charged. */
  readonly enabled: boolean;
  /** Nothing is booked for a deleted customer any more. Known under the account's lock. */
  readonly deleted?: boolean;
}

export function balanceOf(account: Pick<AccountState, "funded" | "spent">): Amount {
  return account.funded.minus(account.spent);
}

/** posted - held - minimum balance; null where nothing limits the account. */
export function availableOf(
  account: Pick<AccountState, "funded" | "spent" | "held" | "minimumBalance">,
  posted = balanceOf(account),
): Amount | null {
  if (account.minimumBalance === null) return null;
  return posted.minus(account.held).minus(account.minimumBalance);
}

/** The minimum balance that a limit comes to at a moment. */
export function minimumBalanceAt(limit: Limit, at: Date): Amount {
  const hasEnded = limit.endsAt !== null && limit.endsAt <= at;
  return (hasEnded ? limit.afterwards : limit.own) ?? limit.fallback;
}

/** Names an account before its row is known: one per owner and currency. */
export function accountKey(owner: AccountOwner, currency: string): string {
  return `${ownerKey(owner)}/${currency}`;
}

export function ownerKey(owner: AccountOwner): string {
  return "customerId" in owner ? owner.customerId : owner.role;
}
