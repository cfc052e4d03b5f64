import type { ConnectError } from "@connectrpc/connect";
import { PreconditionFailureSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import type { Refusal, RefusalReason } from "../../domain/refusal.ts";
import { errorOf, type Outcome } from "../shared/errors.ts";

/** What Apigee's clients call a refusal. The first two are Apigee's own words, the others are ours in their manner. */
const violationTypes: Partial<Record<RefusalReason, string>> = {
  INSUFFICIENT_FUNDS: "mint.service.developer_usage_exceeds_balance",
  NO_ACCOUNT: "keymanagement.service.developer_wallet_does_not_exist",
  ADJUSTMENT_TOO_LARGE: "mint.service.adjustment_exceeds_last_credit",
  CUSTOMER_DISABLED: "keymanagement.service.developer_is_inactive",
  CUSTOMER_NOT_SETTLED: "mint.service.developer_balance_not_settled",
};

/** The error of a refusal; where Apigee's clients look for a violation, it is the first of the details. */
export function apigeeError(
  refusal: Refusal,
  { subject, ...override }: { readonly subject: string } & Partial<Outcome>,
): ConnectError {
  const error = errorOf(refusal, override);
  const type = violationTypes[refusal.reason];
  if (type === undefined) return error;
  const violations = [{ type, subject, description: error.rawMessage }];
  error.details.unshift({ desc: PreconditionFailureSchema, value: { violations } });
  return error;
}
