import type { AccountRef } from "./account.ts";
import type { Amount } from "./amount.ts";
import type { CustomerName, CustomerRef } from "./customer-name.ts";
import type { ExpiryPolicy } from "./hold.ts";
import type { Metadata } from "./operation.ts";
import type { Identity } from "./operation-id.ts";
import type { Recorded } from "./recorded.ts";

/** The free texts that a caller keeps with an operation. */
export interface Words {
  readonly source: string;
  readonly description: string;
  readonly userId: string;
  readonly metadata: Metadata;
}

/** Moves money between a customer and a counter-account, or another customer. */
export interface TransferOperation<C = CustomerRef> extends Identity, Words {
  readonly type: "transfer";
  readonly kind: "credit" | "charge" | "adjustment" | "transfer";
  /** Above zero; zero for a charge that books nothing. */
  readonly amount: Amount;
  readonly currency: string;
  readonly customer: C;
  /** Whether the customer pays, and not the other side. */
  readonly isPaying: boolean;
  readonly other: { readonly counter: string } | { readonly customer: C };
  /** The number of units that are charged, where the request counts units. */
  readonly quantity?: bigint | undefined;
  /** Whether the balance may not rise above what it was right after the newest credit, less reversals of that credit. */
  readonly isCapped?: boolean;
  /** Whether it is refused below the minimum top-up of the currency. */
  readonly isTopUp?: boolean;
  /** How far from 0 the balance may be afterwards, because the caller's interface cannot express more. */
  readonly balanceMost?: Amount | undefined;
}

/** The charge or capture that is refunded, or the credit that is reversed. These facts never change. */
export interface Origin {
  readonly recorded: Recorded;
  readonly customer: AccountRef;
  readonly counter: AccountRef;
}

/** Texts whose source may be null: then it is that of the refunded or reversed transfer. */
type ReturnWords = Omit<Words, "source"> & { readonly source: string | null };

/** Gives back a charge or a capture. */
export interface RefundOperation extends Identity, ReturnWords {
  readonly type: "refund";
  readonly refundOf: string;
  /** Null: all that is left. */
  readonly amount: Amount | null;
}

/** Takes back a credit, such as a top-up that was charged back. */
export interface ReversalOperation extends Identity, ReturnWords {
  readonly type: "reversal";
  readonly reversalOf: string;
  /** Null: all that is left. */
  readonly amount: Amount | null;
  /** How far below the minimum balance it may go: not at all, as far as captures may, or without a bound. */
  readonly debt: "none" | "within overdraft" | "any";
}

/** Sets an amount aside. */
export interface HoldOperation<C = CustomerRef> extends Identity, Words {
  readonly type: "hold";
  readonly customer: C;
  readonly amount: Amount;
  /** Takes what there is where that is less than the amount, but at least this; null: the whole amount or nothing. */
  readonly minimumAmount: Amount | null;
  readonly currency: string;
  /** Null: the default. */
  readonly ttlMs: number | null;
  readonly onExpiry: ExpiryPolicy;
}

/** What to do when a capture asks for more than is held. */
export type OveragePolicy = "reject" | "cap" | "allow_debt";

interface OnHold extends Identity {
  readonly holdId: string;
}

/** Charges part or all of a hold. */
export interface CaptureOperation extends OnHold {
  readonly type: "capture";
  /** Null: all that remains. Zero only where it is final: it frees the hold. */
  readonly amount: Amount | null;
  /** Releases what remains after it. */
  readonly final: boolean;
  readonly overage: OveragePolicy;
  readonly description: string;
  readonly metadata: Metadata;
}

/** Gives up what is left of a hold. */
export interface ReleaseOperation extends OnHold {
  readonly type: "release";
}

/** Moves the moment at which a hold expires. */
export interface ExtendOperation extends OnHold {
  readonly type: "extend";
  /** From the moment of the decision. */
  readonly ttlMs: number;
}

export type HoldChange = CaptureOperation | ReleaseOperation | ExtendOperation;

/** An operation as a request asks for it. */
export type AskedOperation =
  | TransferOperation<CustomerName>
  | RefundOperation
  | ReversalOperation
  | HoldOperation<CustomerName>
  | HoldChange;

/** An operation whose names are resolved, as far as what they name exists. */
export type Operation =
  | (TransferOperation & { readonly own: AccountRef | undefined; readonly opposite: AccountRef | undefined })
  | (RefundOperation & { readonly origin: Origin | undefined })
  | (ReversalOperation & { readonly origin: Origin | undefined })
  | (HoldOperation & { readonly own: AccountRef | undefined })
  | (HoldChange & { readonly on: HeldOn | undefined });

/** The accounts of a hold, which never change. */
export interface HeldOn {
  readonly account: AccountRef;
  /** The counter-account that captures pay. */
  readonly counter: AccountRef;
}
