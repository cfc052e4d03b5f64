import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import type { CeilingKind } from "../../domain/ceiling.ts";
import type { Refusal, RefusalReason } from "../../domain/refusal.ts";
import { refusalFigures } from "../../domain/refusal-figures.ts";
import { errorDomain } from "../../errors/error-domain.ts";
import type { ErrorContent } from "../../errors/error-size.ts";
import { shortened } from "../../errors/shortened.ts";
import {
  type Detail,
  detail,
  fieldViolations,
  later,
  resourceInfo,
  retryInfo,
  violationsMax,
} from "./error-details.ts";
import { refusedField } from "./refused-field.ts";

/** The error that a refusal becomes, before a face overrides parts of it. */
export interface Outcome {
  readonly code: Code;
  readonly message: string;
  /** For programs: the metadata of google.rpc.ErrorInfo. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly details?: readonly Detail[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Gives the parts of an error in which a face differs from the table. */
export type Override = (refusal: Refusal) => Partial<Outcome>;

type Table = { readonly [R in RefusalReason]: (refusal: Extract<Refusal, { reason: R }>) => Outcome };

/** Texts of callers are repeated in their errors, which must stay small. */
const textCharactersMax = 200;

/** Names of fields as a clause: `amount differs`, `amount, currency differ`. */
export function namesThatDiffer(names: readonly string[]): string {
  return `${names.join(", ")} ${names.length === 1 ? "differs" : "differ"}`;
}

const ceilingWords: Readonly<Record<CeilingKind, string>> = {
  credit: "would be credited",
  adjustment: "would be adjusted",
  overdraft: "would be captured",
  debt: "might be owed",
};

/** A list as in a sentence: `charger, writer or admin`. */
function choiceOf(words: readonly string[]): string {
  return [words.slice(0, -1).join(", "), ...words.slice(-1)].filter((part) => part !== "").join(" or ");
}

/** The one table from refusals to codes, messages and details (google/rpc/error_details.proto). */
const outcomes: Table = {
  INVALID_FIELDS: ({ violations }) => ({
    code: Code.InvalidArgument,
    message: violations.map(({ field, description }) => `${field}: ${description}`).join("; "),
    details: [fieldViolations(violations)],
  }),
  UNAUTHENTICATED: ({ because }) => ({
    code: Code.Unauthenticated,
    message: because,
    headers: { "www-authenticate": 'Basic realm="tallystick", Bearer realm="tallystick"' },
  }),
  TOO_MANY_FAILURES: ({ retryAfterMs }) => ({
    code: Code.ResourceExhausted,
    message: "too many wrong credentials were sent from this address; try again later",
    ...later(retryAfterMs),
  }),
  TOO_MANY_CALLS_AT_ONCE: () => ({
    code: Code.ResourceExhausted,
    message: "too many calls of this credential are under way; wait for some of their answers, and try again",
    ...later(),
  }),
  TOO_MANY_CALLS_A_SECOND: ({ retryAfterMs }) => ({
    code: Code.ResourceExhausted,
    message: `this credential calls more often than it may; try again in ${retryAfterMs} ms`,
    ...later(retryAfterMs),
  }),
  TOKEN_WITHOUT_ACCESS: ({ because }) => ({ code: Code.PermissionDenied, message: because }),
  PERMISSION_DENIED: ({ roles, scope }) => ({
    code: Code.PermissionDenied,
    message: `this needs a credential with role ${choiceOf(roles)} of the ${scope}`,
  }),
  NOT_FOUND: ({ resource, name }) => ({
    code: Code.NotFound,
    message: `${resource} ${name} was not found`,
    details: [resourceInfo(resource, name)],
  }),
  ALREADY_EXISTS: ({ resource, name, field }) => ({
    code: Code.AlreadyExists,
    message: `another ${resource} has the ${field} ${name}`,
    details: [resourceInfo(resource, name)],
  }),
  BILLING_ACCOUNT_ACTIVE: ({ customerId }) => ({
    code: Code.FailedPrecondition,
    message: `the organization has an active billing account, ${customerId}; disable it first`,
    details: [resourceInfo("customer", customerId)],
  }),
  BILLING_ACCOUNT_OWES: ({ customerId }) => ({
    code: Code.FailedPrecondition,
    message: `billing account ${customerId} of the organization owes; settle it first`,
    details: [resourceInfo("customer", customerId)],
  }),
  BILLING_ACCOUNT_NOT_EMPTY: ({ customerId, currency, balance, held }) => ({
    code: Code.FailedPrecondition,
    message: `billing account ${customerId} has a balance of ${balance} ${currency}, and ${held} on hold; bring both to 0 first`,
    details: [resourceInfo("customer", customerId)],
  }),
  INSUFFICIENT_FUNDS: (refusal) => ({
    code: Code.FailedPrecondition,
    message: `insufficient funds: ${refusal.required} ${refusal.currency} required, ${refusal.available} available`,
    // Where holds alone stand in the way it may go through when the first of them expires.
    details: refusal.freeInMs === null ? [] : [retryInfo(refusal.freeInMs)],
  }),
  CUSTOMER_DISABLED: ({ customerId }) => ({
    code: Code.FailedPrecondition,
    message: `customer ${customerId} is disabled and cannot be charged`,
  }),
  CUSTOMER_DELETED: ({ customerId }) => ({
    code: Code.NotFound,
    message: `customer ${customerId} was deleted`,
    details: [resourceInfo("customer", customerId)],
  }),
  KEY_CONFLICT: ({ key, differing }) => ({
    code: Code.AlreadyExists,
    message: `${JSON.stringify(key)} exists with other content: ${namesThatDiffer(differing)}`,
  }),
  KEY_REUSED: ({ key }) => ({
    code: Code.AlreadyExists,
    message: `${JSON.stringify(key)} exists already, with the same content`,
  }),
  REFUND_TOO_LARGE: ({ transferId, currency, left, required }) => ({
    code: Code.FailedPrecondition,
    message: left.isPositive()
      ? `of transfer ${transferId} only ${left} ${currency} can still be given back, not ${required}`
      : `nothing of transfer ${transferId} is left to be given back`,
  }),
  NOT_REFUNDABLE: ({ transferId, kind }) => ({
    code: Code.FailedPrecondition,
    message: `transfer ${transferId} is of kind ${kind}; only charges and captures can be given back`,
  }),
  REVERSAL_TOO_LARGE: ({ transferId, currency, left, required }) => ({
    code: Code.FailedPrecondition,
    message: left.isPositive()
      ? `of transfer ${transferId} only ${left} ${currency} can still be taken back, not ${required}`
      : `nothing of transfer ${transferId} is left to be taken back`,
  }),
  NOT_REVERSIBLE: ({ transferId, kind }) => ({
    code: Code.FailedPrecondition,
    message: `transfer ${transferId} is of kind ${kind}; only credits can be taken back`,
  }),
  CURRENCY_NOT_USABLE: (refusal) => ({
    code: Code.InvalidArgument,
    ...inFields(refusal),
  }),
  TOO_MANY_PLACES: (refusal) => ({
    code: Code.InvalidArgument,
    ...inFields(refusal),
  }),
  TOP_UP_TOO_SMALL: (refusal) => ({
    code: Code.InvalidArgument,
    ...inFields(refusal),
  }),
  SAME_CUSTOMER: (refusal) => ({
    code: Code.InvalidArgument,
    ...inFields(refusal),
  }),
  CREDENTIAL_REVOKED: ({ clientId }) => ({
    code: Code.FailedPrecondition,
    message: `credential ${clientId} was revoked, for ever; make another one`,
    details: [resourceInfo("credential", clientId)],
  }),
  NAME_MOVED: ({ name }) => ({
    code: Code.AlreadyExists,
    message: `${name} names somebody else now than when this was done; send the id`,
  }),
  ORGANIZATION_DISABLED: ({ orgId }) => ({
    code: Code.FailedPrecondition,
    message: `organization ${orgId} is disabled; nothing new is booked in it`,
  }),
  CURRENCY_STRANDS: ({ accounts }) => ({
    code: Code.FailedPrecondition,
    message: `accounts with a balance that could no longer be paid out in parts: ${accounts}; with force each may still be paid out whole`,
  }),
  HOLD_NOT_ACTIVE: ({ holdId, state }) => ({
    code: Code.FailedPrecondition,
    message: `hold ${holdId} is ${state}`,
  }),
  HOLD_EXCEEDED: ({ holdId, currency, remaining, required }) => ({
    code: Code.FailedPrecondition,
    message: `hold ${holdId} has ${remaining} ${currency} left, not ${required}`,
  }),
  ADJUSTMENT_TOO_LARGE: ({ currency, largest, required }) => ({
    code: Code.FailedPrecondition,
    message: `${largest.isPositive() ? `at most ${largest} ${currency} can be given back, not ${required}` : `nothing can be given back in ${currency}`}: the balance may not rise above what it was right after the newest credit`,
  }),
  NO_ACCOUNT: ({ customerId, currency }) => ({
    code: Code.FailedPrecondition,
    message: `customer ${customerId} has no account in ${currency}`,
  }),
  CUSTOMER_NOT_SETTLED: ({ customerId, currency, balance, held }) => ({
    code: Code.FailedPrecondition,
    message: `customer ${customerId} has a balance of ${balance} ${currency}, of which ${held} is held; it can be deleted once both are 0`,
  }),
  CURRENCY_IN_USE: ({ currency }) => ({
    code: Code.FailedPrecondition,
    message: `there are accounts in ${currency}; make it inactive instead`,
  }),
  CEILING_EXCEEDED: ({ ceiling, currency, largest, required }) => ({
    code: Code.FailedPrecondition,
    message: `${required} ${currency} ${ceilingWords[ceiling]}, and at most ${largest} may be without role admin; an admin may do it, or raise the organization's ceiling`,
  }),
  BALANCE_OUT_OF_RANGE: ({ currency, most }) => ({
    code: Code.OutOfRange,
    message: `a sum in ${currency} would leave the range of -${most} to ${most}`,
  }),
  RESULT_TOO_LARGE: ({ rowsMax }) => ({
    code: Code.ResourceExhausted,
    message: `more than ${rowsMax} rows match; ask for them in pages, with page_size and page_token`,
  }),
  READ_TOO_EXPENSIVE: () => ({
    code: Code.DeadlineExceeded,
    message:
      "a minute is not enough for all that has to be looked at; ask for a shorter period, or narrow it by filters",
  }),
  ACCOUNT_BUSY: () => ({
    code: Code.Unavailable,
    message: "somebody else has kept locked what this needs; try again, with the same key",
    ...later(),
  }),
  OVERLOADED: () => ({
    code: Code.ResourceExhausted,
    message: "too many requests are waiting; try again",
    ...later(),
  }),
  UNAVAILABLE: ({ because = "the database cannot be reached" }) => ({
    code: Code.Unavailable,
    message: `${because}; try again, with the same key if the request changes something`,
    ...later(),
  }),
};

export function outcomeOf<R extends RefusalReason>(refusal: Extract<Refusal, { reason: R }>): Outcome {
  const describe = outcomes[refusal.reason as R] as (refusal: Extract<Refusal, { reason: R }>) => Outcome;
  const short = shortened(refusal, { charactersMax: textCharactersMax, membersMax: violationsMax });
  return { metadata: refusalFigures(short), ...describe(short) };
}

/** The message and details for a refusal that concerns a field, under the name by which the face's callers know it. */
export function inFields(
  refusal: Refusal,
  nameOf: (field: string) => string = (field) => field,
): Pick<Outcome, "message" | "details"> {
  const violation = refusedField(refusal);
  if (violation === undefined) return outcomeOf(refusal);
  const named = { ...violation, field: nameOf(violation.field) };
  return { message: `${named.field}: ${named.description}`, details: [fieldViolations([named])] };
}

/** The error for a refusal. `override` has what a face says differently. */
export function errorOf(refusal: Refusal, override: Partial<Outcome> = {}): ConnectError {
  const outcome = { ...outcomeOf(refusal), ...override };
  return new ConnectError(outcome.message, outcome.code, outcome.headers, detailsOf(refusal, outcome));
}

/** The content of the error for a refusal, where it is a part of an answer. */
export function errorContentOf(refusal: Refusal, outcome: Outcome = outcomeOf(refusal)): ErrorContent {
  return { code: outcome.code, rawMessage: outcome.message, details: detailsOf(refusal, outcome) };
}

function detailsOf({ reason }: Refusal, { metadata, details = [] }: Outcome): Detail[] {
  const info = detail(ErrorInfoSchema, { reason, domain: errorDomain, metadata: { ...metadata } });
  return [info, ...details];
}
