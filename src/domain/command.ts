import type { AccountOwner, AccountState } from "./account.ts";
import type { Amount } from "./amount.ts";
import type { Ceiling } from "./ceiling.ts";
import type { Hold } from "./hold.ts";
import type { NonEmpty } from "./non-empty.ts";
import type { CommandRefusal } from "./refusal.ts";
import type { Booked, Metadata, TransferKind } from "./transfer.ts";

/** What every operation carries. Its id is its idempotency key: given by the caller, derived from its key, or new. */
interface Identified {
  readonly id: string;
  /** The caller's own words for the id, where it used some. */
  readonly key: string | null;
}

/** Moves money between two accounts. */
export interface TransferOperation extends Identified {
  readonly type: "transfer";
  readonly kind: Exclude<TransferKind, "refund" | "capture">;
  /** Above zero. */
  readonly amount: Amount;
  readonly currency: string;
  readonly from: AccountOwner;
  readonly to: AccountOwner;
  readonly source: string;
  readonly description: string;
  readonly userId: string;
  readonly metadata: Metadata;
  /** Where one is given, what is given to a customer may not lift its balance above it. */
  readonly ceiling?: Ceiling;
}

/** Gives back a charge or a capture. */
export interface RefundOperation extends Identified {
  readonly type: "refund";
  readonly refundOf: string;
  /** Null: all that is left. */
  readonly amount: Amount | null;
  /** Where the money goes back to and comes from; facts about the transfer that never change. */
  readonly customerId: string;
  readonly counterRole: string;
  readonly currency: string;
  readonly source: string;
  readonly description: string;
  readonly userId: string;
  readonly metadata: Metadata;
}

/** Sets an amount aside. */
export interface HoldOperation extends Identified {
  readonly type: "hold";
  readonly customerId: string;
  readonly amount: Amount;
  readonly currency: string;
  readonly ttlMs: number;
  readonly source: string;
  readonly description: string;
  readonly userId: string;
  readonly metadata: Metadata;
}

/** Facts about a hold that never change, which name the account to lock. */
interface OnHold extends Identified {
  readonly holdId: string;
  readonly customerId: string;
  readonly currency: string;
}

/** What to do when a capture asks for more than is held. */
export type OveragePolicy = "reject" | "cap" | "allow_debt";

/** Charges part or all of a hold. */
export interface CaptureOperation extends OnHold {
  readonly type: "capture";
  /** Null: all that remains. */
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
export type Operation = TransferOperation | RefundOperation | HoldOperation | HoldChange;

/** What is asked for as one: every operation of it is done, or none. */
export interface Command {
  readonly orgId: string;
  readonly operations: NonEmpty<Operation>;
  /** Decides as if it were done, and does nothing. */
  readonly dryRun: boolean;
}

/** What an operation did. */
export interface Change {
  /** The operation's id. */
  readonly id: string;
  /** The transfer that was booked, if the operation is one. */
  readonly booked: Booked | null;
  /** The hold as it stood afterwards, if the operation is about one. */
  readonly hold: Hold | null;
  /** The customer's account afterwards. */
  readonly account: AccountState;
  /** By how much the account's posted balance and its held amount changed. */
  readonly posted: Amount;
  readonly held: Amount;
  readonly at: Date;
}

/** The fields of an operation as text, under the names that callers know. */
export type Content = Readonly<Record<string, string>>;

/** The answer to one operation of a command. */
export interface Receipt {
  readonly change: Change;
  /** Whether it had been done already, by the same key. */
  readonly replay: boolean;
}

/** The refusal of one operation of a command. */
export interface RefusedOperation {
  readonly index: number;
  readonly refusal: CommandRefusal;
}

/** The answer to a command. */
export type Verdict =
  | { readonly outcome: "done"; readonly receipts: NonEmpty<Receipt> }
  | { readonly outcome: "refused"; readonly refused: NonEmpty<RefusedOperation> };
