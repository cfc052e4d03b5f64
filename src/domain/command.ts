import type { AccountRef } from "./account.ts";
import type { Amount } from "./amount.ts";
import type { ExpiryPolicy, Hold } from "./hold.ts";
import type { NonEmpty } from "./non-empty.ts";
import type { Metadata } from "./operation.ts";
import type { Identity } from "./operation-id.ts";
import type { Receipt, Recorded } from "./recorded.ts";
import type { CommandRefusal } from "./refusal.ts";

/** A customer as a request named it. Texts are resolved only after the key was looked for (ledger/resolve.ts). */
export interface CustomerName {
  readonly text: string;
  /** What the text may be. */
  readonly as: "id" | "id or email" | "group" | "id, email or group";
}

/** A customer's name that is no id, and what it may be. */
export interface NameQuery {
  readonly text: string;
  readonly as: "email" | "group" | "either";
}

/** Whom a name means. */
export interface ResolvedName {
  /** Who bears it now: the active one before a disabled one, the newest of those; undefined where nobody does. */
  readonly id: string | undefined;
  /** Everybody who ever did, deleted ones too. */
  readonly everNamed: readonly string[];
}

/** A customer that a request named, once it is known whom. */
export interface CustomerRef {
  readonly text: string;
  /** Who bears the name; undefined where nobody does. */
  readonly id: string | undefined;
  /** Everybody whom the text ever named. */
  readonly everNamed: readonly string[];
}

/** What callers keep with an operation. */
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
  /** Whether the customer pays. */
  readonly isPaying: boolean;
  readonly other: { readonly counter: string } | { readonly customer: C };
  /** Of how many units the amount is, where its request counts those. */
  readonly quantity?: bigint | undefined;
  /** What is given may not lift the balance above what it was right after the newest credit, less its reversals. */
  readonly isCapped?: boolean;
  /** Refused below the minimum top-up of the currency. */
  readonly isTopUp?: boolean;
  /** How far from 0 the customer's balance may be after it: whoever asks could be told of none that is farther. */
  readonly balanceMost?: Amount | undefined;
}

/** The charge or capture that is given back, or the credit that is taken back: facts that never change. */
export interface Origin {
  readonly recorded: Recorded;
  readonly customer: AccountRef;
  readonly counter: AccountRef;
}

/** Words where the source may be that of what is given or taken back. */
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

/** An operation of which it is known whom and what it names, as far as that exists. */
export type Operation =
  | (TransferOperation & { readonly own: AccountRef | undefined; readonly opposite: AccountRef | undefined })
  | (RefundOperation & { readonly origin: Origin | undefined })
  | (ReversalOperation & { readonly origin: Origin | undefined })
  | (HoldOperation & { readonly own: AccountRef | undefined })
  | (HoldChange & { readonly on: HeldOn | undefined });

/** Where a hold is: facts that never change. */
export interface HeldOn {
  readonly account: AccountRef;
  /** What a capture pays. */
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
  /** Decides as if it were done, and does nothing. */
  readonly dryRun: boolean;
  /** Does what is new, and answers what is known beside it; else a command is new or known as a whole. */
  readonly skipKnown?: boolean;
  /** Where a key stands for something else already, whoever asks fills in what is left open and asks again. */
  readonly asksAgain?: boolean;
  /** The organization is disabled: nothing new is done, and what is known is answered. */
  readonly isSuspended?: boolean;
  readonly by: Requester;
}

/** What a request asks for as one: every operation of it is done, or none. */
export type AskedCommand = CommandOf<AskedOperation>;
export type Command = CommandOf<Operation>;

/** The refusal of one operation of a command. */
export interface RefusedOperation {
  readonly index: number;
  readonly refusal: CommandRefusal;
}

/** Whether something was refused because its key stands for something else. */
export function hasConflict(refused: readonly RefusedOperation[]): boolean {
  return refused.some(({ refusal }) => refusal.reason === "KEY_CONFLICT");
}

/** The answer to a command. */
export type Verdict =
  | { readonly outcome: "done"; readonly receipts: NonEmpty<Receipt> }
  | { readonly outcome: "refused"; readonly refused: NonEmpty<RefusedOperation> };

/** An operation that was done already, with the hold that it is about as it stood after it. */
export interface Known {
  readonly recorded: Recorded;
  readonly hold: Hold | null;
}
