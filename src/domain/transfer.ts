import type { AccountOwner, AccountState } from "./account.ts";
import type { Amount } from "./amount.ts";
import type { NonEmpty } from "./non-empty.ts";
import type { CommandRefusal } from "./refusal.ts";

/** Why money moves. */
export type TransferKind = "credit" | "charge";

/** Whatever a caller keeps with a transfer: a JSON object. */
export type Metadata = { readonly [key: string]: unknown };

/** A transfer that is asked for. Its id is its idempotency key: given by the caller, derived from its key, or new. */
export interface TransferDraft {
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
}

/** A transfer as the ledger holds it. */
export interface Transfer extends TransferDraft {
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

/** The side of a transfer that is a customer's. */
export function customerEntry(booked: Booked): Entry {
  return "customerId" in booked.from.account.owner ? booked.from : booked.to;
}

/** What is asked for as one: every transfer of it is booked, or none. */
export interface Command {
  readonly orgId: string;
  readonly transfers: NonEmpty<TransferDraft>;
}

/** The answer to one transfer of a command. */
export interface Receipt extends Booked {
  readonly replay: boolean;
}

/** The refusal of one transfer of a command. */
export interface RefusedTransfer {
  readonly index: number;
  readonly refusal: CommandRefusal;
}

/** The answer to a command. */
export type Verdict =
  | { readonly outcome: "booked"; readonly receipts: NonEmpty<Receipt> }
  | { readonly outcome: "refused"; readonly refused: NonEmpty<RefusedTransfer> };
