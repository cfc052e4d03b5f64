import type { Amount } from "./amount.ts";
import type { CeilingKind } from "./ceiling.ts";
import type { HoldState } from "./hold.ts";

/** One field of a request that does not fit. */
export interface FieldViolation {
  /** Path of the field as the caller wrote it: `usages[3].amount`. */
  readonly field: string;
  /** What is wrong and what would fit, in a sentence. */
  readonly description: string;
}

/** What a refusal is about, where it is about one thing. */
export type ResourceType =
  | "organization"
  | "customer"
  | "attribute"
  | "credential"
  | "transfer"
  | "hold"
  | "account"
  | "currency"
  | "product"
  | "credit limit"
  | "suspension"
  | "transaction";

/** Every reason for which a request is refused: values here, codes at the edge (api/errors.ts). */
export type Refusal =
  | { readonly reason: "INVALID_FIELDS"; readonly violations: readonly FieldViolation[] }
  | { readonly reason: "UNAUTHENTICATED"; readonly because: string }
  /** Too many wrong secrets were sent from where this one was. */
  | { readonly reason: "TOO_MANY_FAILURES"; readonly retryAfterMs: number }
  /** The caller has too many calls under way. */
  | { readonly reason: "TOO_MANY_CALLS_AT_ONCE" }
  /** The caller has made too many calls for the time that has passed. */
  | { readonly reason: "TOO_MANY_CALLS_A_SECOND"; readonly retryAfterMs: number }
  /** A good token that stands for nobody here. */
  | { readonly reason: "TOKEN_WITHOUT_ACCESS"; readonly because: string }
  | {
      readonly reason: "PERMISSION_DENIED";
      /** What the caller would have to be, one of them, and where. */
      readonly roles: readonly string[];
      readonly scope: "organization" | "platform";
    }
  | {
      readonly reason: "ALREADY_EXISTS";
      readonly resource: ResourceType;
      readonly name: string;
      readonly field: string;
    }
  | { readonly reason: "BILLING_ACCOUNT_ACTIVE"; readonly customerId: string }
  | { readonly reason: "BILLING_ACCOUNT_OWES"; readonly customerId: string }
  | {
      readonly reason: "BILLING_ACCOUNT_NOT_EMPTY";
      readonly customerId: string;
      /** What is left, in the first currency in which anything is. */
      readonly currency: string;
      readonly balance: Amount;
      readonly held: Amount;
    }
  | CommandRefusal
  | { readonly reason: "CREDENTIAL_REVOKED"; readonly clientId: string }
  | { readonly reason: "NAME_MOVED"; readonly name: string }
  | {
      readonly reason: "CURRENCY_STRANDS";
      readonly currency: string;
      /** Accounts with a balance that could not be paid out in parts any more. */
      readonly accounts: number;
    }
  | {
      readonly reason: "CUSTOMER_NOT_SETTLED";
      readonly customerId: string;
      readonly currency: string;
      readonly balance: Amount;
      readonly held: Amount;
    }
  | { readonly reason: "CURRENCY_IN_USE"; readonly currency: string }
  | { readonly reason: "RESULT_TOO_LARGE"; readonly rowsMax: number }
  /** More would have to be looked at than there is time for. */
  | { readonly reason: "READ_TOO_EXPENSIVE" }
  /** Somebody else has locked an account for too long. */
  | { readonly reason: "ACCOUNT_BUSY" }
  | { readonly reason: "OVERLOADED" }
  /** Without words for it, the database cannot be reached. */
  | { readonly reason: "UNAVAILABLE"; readonly because?: string };

/** Why an operation of a command is refused. */
export type CommandRefusal =
  | { readonly reason: "ORGANIZATION_DISABLED"; readonly orgId: string }
  | { readonly reason: "NOT_FOUND"; readonly resource: ResourceType; readonly name: string }
  | { readonly reason: "NOT_REFUNDABLE"; readonly transferId: string; readonly kind: string }
  | { readonly reason: "NOT_REVERSIBLE"; readonly transferId: string; readonly kind: string }
  | { readonly reason: "NO_ACCOUNT"; readonly customerId: string; readonly currency: string }
  /** The organization has configured others, has made it inactive, or there is no such currency. */
  | {
      readonly reason: "CURRENCY_NOT_USABLE";
      readonly currency: string;
      /** Some of those that the organization has configured; null where it has configured none. */
      readonly usable: readonly string[] | null;
    }
  | {
      readonly reason: "TOO_MANY_PLACES";
      readonly currency: string;
      /** Places after the point that its amounts may have. */
      readonly places: number;
      readonly required: Amount;
    }
  | {
      readonly reason: "TOP_UP_TOO_SMALL";
      readonly currency: string;
      readonly least: Amount;
      readonly required: Amount;
    }
  | { readonly reason: "SAME_CUSTOMER"; readonly customerId: string }
  | {
      readonly reason: "INSUFFICIENT_FUNDS";
      readonly customerId: string;
      readonly currency: string;
      /** What a charge may take. */
      readonly available: Amount;
      /** What this one asked for. */
      readonly required: Amount;
      readonly minimumBalance: Amount;
      /** What holds set aside. */
      readonly held: Amount;
      /**
       * Where holds alone stand in the way: none of them expires sooner. One that is captured by its expiry frees nothing
       * then; an account knows when its next hold is due, and not what becomes of it. No moment: other clocks may differ
       * from the ledger's.
       */
      readonly freeInMs: number | null;
    }
  | { readonly reason: "CUSTOMER_DISABLED"; readonly customerId: string }
  | { readonly reason: "CUSTOMER_DELETED"; readonly customerId: string }
  | {
      readonly reason: "KEY_CONFLICT";
      readonly transferId: string;
      /** In the caller's words. */
      readonly key: string;
      /** Names of the fields in which the known content differs from the asked one. */
      readonly differing: readonly string[];
    }
  | { readonly reason: "KEY_REUSED"; readonly transferId: string; readonly key: string }
  | {
      readonly reason: "REFUND_TOO_LARGE";
      readonly transferId: string;
      readonly currency: string;
      /** What was not given back yet. */
      readonly left: Amount;
      readonly required: Amount;
    }
  | { readonly reason: "HOLD_NOT_ACTIVE"; readonly holdId: string; readonly state: HoldState }
  | {
      readonly reason: "HOLD_EXCEEDED";
      readonly holdId: string;
      readonly currency: string;
      /** What is still set aside. */
      readonly remaining: Amount;
      readonly required: Amount;
    }
  | {
      readonly reason: "ADJUSTMENT_TOO_LARGE";
      readonly customerId: string;
      readonly currency: string;
      /** What may be given back at the most. */
      readonly largest: Amount;
      readonly required: Amount;
    }
  | {
      readonly reason: "REVERSAL_TOO_LARGE";
      readonly transferId: string;
      readonly currency: string;
      /** What was not taken back yet. */
      readonly left: Amount;
      readonly required: Amount;
    }
  /** Only an admin may do more than the organization's ceiling allows. */
  | {
      readonly reason: "CEILING_EXCEEDED";
      readonly ceiling: CeilingKind;
      readonly currency: string;
      /** What whoever asks may do at the most. */
      readonly largest: Amount;
      readonly required: Amount;
    }
  | {
      readonly reason: "BALANCE_OUT_OF_RANGE";
      readonly currency: string;
      /** How far from zero it may be. */
      readonly most: Amount;
    };

export type RefusalReason = Refusal["reason"];

/** Carries a refusal from where it is known to the edge. */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor(readonly refusal: Refusal) {
    super(refusal.reason);
  }
}

/** Refuses one field of a request. */
export function invalidField(field: string, description: string): Refused {
  return new Refused({ reason: "INVALID_FIELDS", violations: [{ field, description }] });
}

export function notFound(resource: ResourceType, name: string): Refused {
  return new Refused({ reason: "NOT_FOUND", resource, name });
}
