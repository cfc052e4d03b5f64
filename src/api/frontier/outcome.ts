import { Code } from "@connectrpc/connect";
import type { Refusal } from "../../domain/refusal.ts";
import type { Outcome } from "../shared/errors.ts";

/** Codes and words that Frontier's clients look for in an error, where the table of all refusals has others. */
export function frontierOutcome(refusal: Refusal): Partial<Outcome> {
  switch (refusal.reason) {
    case "BILLING_ACCOUNT_ACTIVE":
      return {
        message: `an active account already exists for the organization: ${refusal.customerId}; disable it first`,
      };
    case "BILLING_ACCOUNT_OWES":
      return { message: `existing account with pending dues found: ${refusal.customerId}; settle it first` };
    case "NOT_FOUND":
      return refusal.resource === "customer" ? { message: `customer not found: ${refusal.name}` } : {};
    case "INSUFFICIENT_FUNDS":
      return { code: Code.InvalidArgument, message: "insufficient credits" };
    case "REFUND_TOO_LARGE":
      return { code: Code.InvalidArgument, message: "revert amount is greater than the usage amount" };
    case "NOT_REFUNDABLE":
      return refusal.kind === "refund"
        ? { code: Code.AlreadyExists, message: "a reverted usage cannot be reverted again" }
        : {};
    default:
      return {};
  }
}
