import type { AccountOwner, AccountState } from "./account.ts";
import type { Amount } from "./amount.ts";

/** Why money moves. */
export const transferKinds = ["credit", "charge", "adjustment", "transfer", "refund", "capture"] as const;
export type TransferKind = (typeof transferKinds)[number];

/** Whatever a caller keeps with a change: a JSON object. */
export type Metadata = { readonly [key: string]: unknown };

/** A transfer as the ledger holds it. */
export interface Transfer {
  readonly id: string;
  /** The caller's own words for the id, where it used some. */
  readonly key: string | null;
  readonly kind: TransferKind;
  /** Above zero. */
  readonly amount: Amount;
  readonly currency: string;
  readonly from: AccountOwner;
  readonly to: AccountOwner;
  readonly source: string;
  readonly description: string;
  readonly userId: string;
  readonly metadata: Metadata;
  /** The transfer that a refund gives back. */
  readonly refundOf: string | null;
  /** The hold that a capture charges. */
  readonly holdId: string | null;
  readonly createdAt: Date;
}

/** One side of a transfer: the signed amount, and the account after it. */
export interface Entry {
  readonly account: AccountState;
  /** Below zero where the account pays. */
  readonly amount: Amount;
}

/** A transfer with its two entries, equal and opposite. */
export interface Booked {
  readonly transfer: Transfer;
  readonly from: Entry;
  readonly to: Entry;
}

/** The customer's side of a transfer; the payer's where both sides are customers. */
export function customerEntry(booked: Booked): Entry {
  return "customerId" in booked.from.account.owner ? booked.from : booked.to;
}
