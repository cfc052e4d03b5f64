import type { Amount } from "./amount.ts";

/** An account of the organization's own, the other side of what customers are given and charged. */
export type CounterRole = "funding" | "revenue";

/** Whose account it is. */
export type AccountOwner = { readonly customerId: string } | { readonly role: CounterRole };

/** What the ledger knows of an account while it holds its lock. */
export interface AccountState {
  readonly id: string;
  readonly owner: AccountOwner;
  readonly currency: string;
  /** Number of entries; the newest entry bears it. */
  readonly version: number;
  /** Running total of what came in. */
  readonly funded: Amount;
  /** Running total of what went out. */
  readonly spent: Amount;
  /** Set aside by active holds. */
  readonly held: Amount;
  /** How low the balance may go; null where nothing limits it. */
  readonly minimumBalance: Amount | null;
  /** A disabled customer is not charged. */
  readonly enabled: boolean;
}

export function balanceOf(account: Pick<AccountState, "funded" | "spent">): Amount {
  return account.funded.minus(account.spent);
}

/** posted - held - minimum balance; null where nothing limits the account. */
export function availableOf(
  account: Pick<AccountState, "funded" | "spent" | "held" | "minimumBalance">,
): Amount | null {
  if (account.minimumBalance === null) return null;
  return balanceOf(account).minus(account.held).minus(account.minimumBalance);
}

/** Names an account before its row is known: one per owner and currency. */
export function accountKey(owner: AccountOwner, currency: string): string {
  return `${ownerKey(owner)}/${currency}`;
}

export function ownerKey(owner: AccountOwner): string {
  return "customerId" in owner ? owner.customerId : owner.role;
}
