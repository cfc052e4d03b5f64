import type { AccountRef } from "./account.ts";
import type { Amount } from "./amount.ts";
import type { ExpiryPolicy, Hold } from "./hold.ts";
import type { NonEmpty } from "./non-empty.ts";
import type { Metadata } from "./operation.ts";
import type { Identity } from "./operation-id.ts";
import type { Receipt, Recorded } from "./recorded.ts";
import type { CommandRefusal } from "./refusal.ts";

/** A customer as a request names it. It is resolved only after the key has been looked up (ledger/resolve.ts). */
export interface CustomerName {
  readonly text: string;
  /** What the text may be. */
  readonly as: "id" | "id or email" | "group" | "id, email or group";
}

/** A name of a customer that is not an id, and what it may be. */
export interface NameQuery {
  readonly text: string;
  readonly as: "email" | "group" | "either";
}

/** The customers that a name means and has meant. */
export interface ResolvedName {
  /** Who has the name now: an active customer before a disabled one, then the newest; undefined where nobody has it. */
  readonly id: string | undefined;
  /** Everybody who ever had it, deleted customers included. */
  readonly everNamed: readonly string[];
}

/** A customer that a request names, resolved. */
export interface CustomerRef {
  readonly text: string;
  /** Who has the name; undefined where nobody has it. */
  readonly id: string | undefined;
  /** Everybody who ever had it. */
  readonly everNamed: readonly string[];
}

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

/** Who asked for a command, as the journal and the record of refusals keep it. */
export interface Requester {
  /** The client id of a credential, or the subject of a token. */
  readonly actor: string;
  readonly requestId: string;
  /** Whether the organization's ceilings apply: they do to everybody but admins. */
  readonly isBounded: boolean;
  /** Identifies the call to whoever observes batches. */
  readonly call?: object;
}

interface CommandOf<O> {
  readonly orgId: string;
  readonly operations: NonEmpty<O>;
  /** Whether it is decided and not done. */
  readonly dryRun: boolean;
  /** Whether known and new operations may stand in one command. Else all of its operations must be new, or all known. */
  readonly skipKnown?: boolean;
  /** Whether the caller completes and repeats the command where a key is known with other content. */
  readonly asksAgain?: boolean;
  /** Whether the organization is disabled: nothing new is done, and known operations are answered. */
  readonly isSuspended?: boolean;
  readonly by: Requester;
}

/** Operations that are done all together or not at all. */
export type AskedCommand = CommandOf<AskedOperation>;
export type Command = CommandOf<Operation>;

/** The refusal of one operation of a command. */
export interface RefusedOperation {
  readonly index: number;
  readonly refusal: CommandRefusal;
}

/** Whether an operation was refused because its key is known with other content. */
export function hasConflict(refused: readonly RefusedOperation[]): boolean {
  return refused.some(({ refusal }) => refusal.reason === "KEY_CONFLICT");
}

/** The answer to a command. */
export type Verdict =
  | { readonly outcome: "done"; readonly receipts: NonEmpty<Receipt> }
  | { readonly outcome: "refused"; readonly refused: NonEmpty<RefusedOperation> };

/** An operation that was done already, and the hold as it was right after it, if it is about one. */
export interface Known {
  readonly recorded: Recorded;
  readonly hold: Hold | null;
}
