import type { Amount } from "./amount.ts";

/** A minimum balance that ends. */
export interface TemporaryLimit {
  readonly minimum: Amount;
  readonly endsAt: Date;
}

/** The minimum balances that are set for a customer's account. */
export interface Limit {
  /** Those with an end, the newest first; each ends later than those before it. */
  readonly temporary: readonly TemporaryLimit[];
  /** The customer's own lasting minimum balance; null where it has none. */
  readonly lasting: Amount | null;
  /** What holds without one of its own: 0, or for a postpaid customer its credit limit below zero. */
  readonly fallback: Amount;
}

/** Limits with an end that one account may have at once. */
export const temporaryLimitsMax = 100;

/** The minimum balance at a moment: the newest limit that has not ended, then the one before it, then the lasting one. */
export function minimumBalanceAt({ temporary, lasting, fallback }: Limit, at: Date): Amount {
  const current = temporary.find(({ endsAt }) => endsAt > at);
  return current?.minimum ?? lasting ?? fallback;
}

/** A limit that the customer has for itself. */
export interface OwnLimit {
  readonly minimum: Amount;
  /** Null: for ever. */
  readonly endsAt: Date | null;
}

/** The customer's own limits that hold at a moment or may hold later: the first holds, the next ones after it. */
export function ownLimitsAt({ temporary, lasting }: Limit, at: Date): readonly OwnLimit[] {
  const open = temporary.filter(({ endsAt }) => endsAt > at);
  return lasting === null ? open : [...open, { minimum: lasting, endsAt: null }];
}

/** The limits after a new one, without those that can hold at no moment any more. */
export function withTemporaryLimit(
  limits: readonly TemporaryLimit[],
  limit: TemporaryLimit,
): readonly TemporaryLimit[] {
  return [limit, ...limits.filter(({ endsAt }) => endsAt > limit.endsAt)];
}
