import { Amount } from "../../src/domain/amount.ts";
import type { Refusal, RefusalReason } from "../../src/domain/refusal.ts";

const id = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";

/** One refusal of each reason. The type check refuses a list that lacks one. */
export const refusals: { readonly [R in RefusalReason]: Extract<Refusal, { reason: R }> } = {
  INVALID_FIELDS: {
    reason: "INVALID_FIELDS",
    violations: [{ field: "amount", description: "must be above 0" }],
  },
  UNAUTHENTICATED: { reason: "UNAUTHENTICATED", because: "the credential is not known, or was revoked" },
  PERMISSION_DENIED: { reason: "PERMISSION_DENIED" },
  NOT_FOUND: { reason: "NOT_FOUND", resource: "customer", name: id },
  ALREADY_EXISTS: { reason: "ALREADY_EXISTS", resource: "organization", name: "demo", field: "name" },
  BILLING_ACCOUNT_ACTIVE: { reason: "BILLING_ACCOUNT_ACTIVE", customerId: id },
  BILLING_ACCOUNT_OWES: { reason: "BILLING_ACCOUNT_OWES", customerId: id },
  BILLING_ACCOUNT_NOT_EMPTY: {
    reason: "BILLING_ACCOUNT_NOT_EMPTY",
    customerId: id,
    currency: "VC",
    balance: Amount.of("-5"),
    held: Amount.of("0"),
  },
  INSUFFICIENT_FUNDS: {
    reason: "INSUFFICIENT_FUNDS",
    customerId: id,
    currency: "USD",
    available: Amount.of("1.5"),
    required: Amount.of("2"),
    minimumBalance: Amount.of("-10"),
  },
  CUSTOMER_DISABLED: { reason: "CUSTOMER_DISABLED", customerId: id },
  CUSTOMER_DELETED: { reason: "CUSTOMER_DELETED", customerId: id },
  KEY_CONFLICT: { reason: "KEY_CONFLICT", transferId: id, differing: ["amount", "source"] },
  KEY_REUSED: { reason: "KEY_REUSED", transferId: id },
  REFUND_TOO_LARGE: {
    reason: "REFUND_TOO_LARGE",
    transferId: id,
    currency: "USD",
    left: Amount.of("1.5"),
    required: Amount.of("2"),
  },
  HOLD_NOT_ACTIVE: { reason: "HOLD_NOT_ACTIVE", holdId: id, state: "expired" },
  HOLD_EXCEEDED: {
    reason: "HOLD_EXCEEDED",
    holdId: id,
    currency: "USD",
    remaining: Amount.of("1.5"),
    required: Amount.of("2"),
  },
  NOT_REFUNDABLE: { reason: "NOT_REFUNDABLE", transferId: id, kind: "credit" },
  ADJUSTMENT_TOO_LARGE: {
    reason: "ADJUSTMENT_TOO_LARGE",
    customerId: id,
    currency: "USD",
    largest: Amount.of("1.5"),
    required: Amount.of("2"),
  },
  ACCOUNT_CHANGED: { reason: "ACCOUNT_CHANGED", customerId: id, currency: "USD" },
  NO_ACCOUNT: { reason: "NO_ACCOUNT", customerId: id, currency: "USD" },
  CUSTOMER_NOT_SETTLED: {
    reason: "CUSTOMER_NOT_SETTLED",
    customerId: id,
    currency: "USD",
    balance: Amount.of("-1.5"),
    held: Amount.of("1"),
  },
  CURRENCY_IN_USE: { reason: "CURRENCY_IN_USE", currency: "USD" },
  BALANCE_OUT_OF_RANGE: { reason: "BALANCE_OUT_OF_RANGE", currency: "VC" },
  RESULT_TOO_LARGE: { reason: "RESULT_TOO_LARGE", rowsMax: 10_000 },
  OVERLOADED: { reason: "OVERLOADED" },
  UNAVAILABLE: { reason: "UNAVAILABLE" },
};
