import type { Amount } from "./amount.ts";
import type { CeilingKind } from "./ceiling.ts";
import type { HoldState } from "./hold.ts";

/** What is wrong with one field of a request. */
export interface FieldViolation {
  /** The path of the field as the caller wrote it: `usages[3].amount`. */
  readonly field: string;
  /** What is wrong and what would fit, in a sentence. */
  readonly description: string;
}

/** The type of the thing that a refusal is about. */
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

/** Every reason for which a request is refused. `api/shared/errors.ts` maps each to its code and words. */
export type Refusal =
  | { readonly reason: "INVALID_FIELDS"; readonly violations: readonly FieldViolation[] }
  | { readonly reason: "UNAUTHENTICATED"; readonly because: string }
  /** Too many wrong secrets came from the network of the caller. */
  | { readonly reason: "TOO_MANY_FAILURES"; readonly retryAfterMs: number }
  /** The caller has too many calls under way. */
  | { readonly reason: "TOO_MANY_CALLS_AT_ONCE" }
  /** The caller calls too often. */
  | { readonly reason: "TOO_MANY_CALLS_A_SECOND"; readonly retryAfterMs: number }
  /** A valid token whose subject has no access here. */
  | { readonly reason: "TOKEN_WITHOUT_ACCESS"; readonly because: string }
  | {
      readonly reason: "PERMISSION_DENIED";
      /** The roles of which the caller would need one, and where. */
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
  /** A read would take longer than it may. */
  | { readonly reason: "READ_TOO_EXPENSIVE" }
  /** An account was locked by somebody else for too long. */
  | { readonly reason: "ACCOUNT_BUSY" }
  | { readonly reason: "OVERLOADED" }
  /** `because` is left out where the database cannot be reached. */
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
      /** Some of the currencies that may be used; null where the organization has configured none. */
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
      /** How much a charge may take. */
      readonly available: Amount;
      /** How much was asked for. */
      readonly required: Amount;
      readonly minimumBalance: Amount;
      /** How much holds set aside. */
      readonly held: Amount;
      /**
       * How soon the next hold expires, where only holds stand in the way; else null. A hold that its expiry captures frees nothing,
       * and the account does not know which holds those are. A duration, because clocks of callers may differ from the ledger's.
       */
      readonly freeInMs: number | null;
    }
  | { readonly reason: "CUSTOMER_DISABLED"; readonly customerId: string }
  | { readonly reason: "CUSTOMER_DELETED"; readonly customerId: string }
  | {
      readonly reason: "KEY_CONFLICT";
      readonly transferId: string;
      /** As the caller knows it. */
      readonly key: string;
      /** The names of the fields that differ from what was done under the key. */
      readonly differing: readonly string[];
    }
  | { readonly reason: "KEY_REUSED"; readonly transferId: string; readonly key: string }
  | {
      readonly reason: "REFUND_TOO_LARGE";
      readonly transferId: string;
      readonly currency: string;
      /** How much was not refunded yet. */
      readonly left: Amount;
      readonly required: Amount;
    }
  | { readonly reason: "HOLD_NOT_ACTIVE"; readonly holdId: string; readonly state: HoldState }
  | {
      readonly reason: "HOLD_EXCEEDED";
      readonly holdId: string;
      readonly currency: string;
      /** How much is still set aside. */
      readonly remaining: Amount;
      readonly required: Amount;
    }
  | {
      readonly reason: "ADJUSTMENT_TOO_LARGE";
      readonly customerId: string;
      readonly currency: string;
      /** How much may be given back at most. */
      readonly largest: Amount;
      readonly required: Amount;
    }
  | {
      readonly reason: "REVERSAL_TOO_LARGE";
      readonly transferId: string;
      readonly currency: string;
      /** How much was not reversed yet. */
      readonly left: Amount;
      readonly required: Amount;
    }
  /** Only an admin may do more than the organization's ceiling allows. */
  | {
      readonly reason: "CEILING_EXCEEDED";
      readonly ceiling: CeilingKind;
      readonly currency: string;
      /** How much the caller may do at most. */
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

/** Carries a refusal from where it is decided to the edge, as an exception. */
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
