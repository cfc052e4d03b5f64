import type { AccountAfter, AccountOwner } from "./account.ts";
import type { Amount } from "./amount.ts";
import type { Hold, HoldState } from "./hold.ts";
import type { Asked, Metadata, OperationKind, TransferKind } from "./operation.ts";

/** One side of an operation: the account after it, and its time there. */
export interface Side {
  readonly account: AccountAfter;
  /** The later of the clock and the account's newest entry, so that time runs along every account. */
  readonly at: Date;
}

/** A hold as an operation left it. */
export interface HoldAfter {
  readonly holdId: string;
  /** By how much the amount that is held on the account changed. */
  readonly heldChange: Amount;
  readonly captured: Amount;
  readonly remaining: Amount;
  readonly state: HoldState;
  readonly expiresAt: Date;
}

/** An operation as the journal keeps it for ever: its key, its content, and what it did. */
export interface Recorded {
  readonly id: string;
  /** The caller's own words for the id; empty where the id itself is the key; null where it gave none. */
  readonly key: string | null;
  readonly kind: OperationKind;
  /** Above zero where money moves or is set aside. */
  readonly amount: Amount;
  readonly currency: string;
  readonly source: string;
  readonly description: string;
  readonly userId: string;
  readonly metadata: Metadata;
  /** What the request said where the other fields do not tell. */
  readonly asked: Asked | null;
  /** The charge that a refund gives back, the credit that a reversal takes back. */
  readonly refersTo: string | null;
  /** The sum of all that was given or taken back of it, this included. */
  readonly returned: Amount | null;
  /** Who pays; the customer where nothing moves. */
  readonly from: Side;
  /** Who is paid; null where nothing moves. */
  readonly to: Side | null;
  readonly hold: HoldAfter | null;
  /** Client id of the credential that asked; empty where time alone did. */
  readonly createdBy: string;
  /** By the clock. */
  readonly createdAt: Date;
}

/** A movement of money as callers see it. */
export interface Transfer {
  readonly id: string;
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
  readonly refersTo: string | null;
  readonly holdId: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** The answer to one operation of a command. */
export interface Receipt {
  readonly recorded: Recorded;
  /** The hold as it stood afterwards, if the operation is about one. */
  readonly hold: Hold | null;
  /** Whether it had been done already, by the same key. */
  readonly replay: boolean;
}

/** The transfer that an operation is; null where it moved nothing. */
export function transferOf(recorded: Recorded): Transfer | null {
  const { from, to } = recorded;
  if (to === null) return null;
  return {
    id: recorded.id,
    key: recorded.key,
    kind: recorded.kind as TransferKind,
    amount: recorded.amount,
    currency: recorded.currency,
    from: from.account.owner,
    to: to.account.owner,
    source: recorded.source,
    description: recorded.description,
    userId: recorded.userId,
    metadata: recorded.metadata,
    refersTo: recorded.refersTo,
    holdId: recorded.hold?.holdId ?? null,
    createdBy: recorded.createdBy,
    createdAt: recorded.createdAt,
  };
}

/** The customer's side; the payer's where both are customers. */
export function customerSide({ from, to }: Recorded): Side {
  return "customerId" in from.account.owner || to === null ? from : to;
}

/** Whose operation it is; the payer's where both sides are customers. */
export function customerIdOf(recorded: Recorded): string {
  const { owner } = customerSide(recorded).account;
  if (!("customerId" in owner)) throw new Error(`operation ${recorded.id} is of no customer`);
  return owner.customerId;
}

/** What the customer's balance was before an operation that has left so much. */
export function postedBefore(recorded: Recorded, posted: Amount): Amount {
  const { from, to, amount } = recorded;
  if (to === null) return posted;
  return customerSide(recorded) === from ? posted.plus(amount) : posted.minus(amount);
}

/** The caller's own words for an operation, as callers see them: empty where it gave none. */
export function keyText({ id, key }: { readonly id: string; readonly key: string | null }): string {
  return key === "" ? id : (key ?? "");
}
