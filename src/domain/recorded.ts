import type { AccountAfter, AccountOwner } from "./account.ts";
import type { Amount } from "./amount.ts";
import type { Hold, HoldState } from "./hold.ts";
import type { Asked, Metadata, OperationKind, TransferKind } from "./operation.ts";

/** One side of an operation: the account afterwards, and the time of the entry. */
export interface Side {
  readonly account: AccountAfter;
  /** The later of the clock and the account's newest entry, so that the times of an account's entries never go back. */
  readonly at: Date;
}

/** A hold as an operation left it. */
export interface HoldAfter {
  readonly holdId: string;
  /** The change of the amount that is held on the account. */
  readonly heldChange: Amount;
  readonly captured: Amount;
  readonly remaining: Amount;
  readonly state: HoldState;
  readonly expiresAt: Date;
}

/** The journal's record of an operation, kept for ever: its key, its content, and what it did. */
export interface Recorded {
  readonly id: string;
  /** The idempotency key; empty where the id itself is the key; null where the caller gave none. */
  readonly key: string | null;
  readonly kind: OperationKind;
  /** Above zero where money moves or is set aside. */
  readonly amount: Amount;
  readonly currency: string;
  readonly source: string;
  readonly description: string;
  readonly userId: string;
  readonly metadata: Metadata;
  /** The content of the request that the other fields do not tell. */
  readonly asked: Asked | null;
  /** The transfer that a refund or a reversal refers to. */
  readonly refersTo: string | null;
  /** The sum of all refunds or reversals of that transfer so far, this one included. */
  readonly returned: Amount | null;
  /** Who pays; the customer where nothing moves. */
  readonly from: Side;
  /** Who is paid; null where nothing moves. */
  readonly to: Side | null;
  readonly hold: HoldAfter | null;
  /** Client id of the credential that asked; empty where time alone did. */
  readonly createdBy: string;
  /** When it was done, by the clock of the database. */
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
  /** Whether the operation had been done before, under the same key. */
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

/** The customer of an operation; the payer where both sides are customers. */
export function customerIdOf(recorded: Recorded): string {
  const { owner } = customerSide(recorded).account;
  if (!("customerId" in owner)) throw new Error(`operation ${recorded.id} is of no customer`);
  return owner.customerId;
}

/** The customer's balance before an operation, given the balance afterwards. */
export function postedBefore(recorded: Recorded, posted: Amount): Amount {
  const { from, to, amount } = recorded;
  if (to === null) return posted;
  return customerSide(recorded) === from ? posted.plus(amount) : posted.minus(amount);
}

/** The key of an operation as callers see it; empty where there was none. */
export function keyText({ id, key }: { readonly id: string; readonly key: string | null }): string {
  return key === "" ? id : (key ?? "");
}
