import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { notFound, type Refusal, Refused } from "../../../domain/refusal.ts";
import type { EnablingObstacle } from "../../../store/customers/billing-accounts.ts";
import type { Customer } from "../../../store/customers/customer-row.ts";
import type { Handler } from "../../shared/handler.ts";
import { accountToChange } from "../billing-account.ts";
import { emailTaken } from "../billing-account-errors.ts";

export const enableBillingAccount: Handler<typeof FrontierService.method.enableBillingAccount> = async (
  call,
  request,
) => {
  const account = await accountToChange(call, request);
  const outcome = await call.app.billingAccounts.enable(account, call);
  if (outcome === undefined) throw notFound("customer", account.id);
  if (outcome !== "enabled") throw new Refused(refusalOf(outcome, account));
  return {};
};

function refusalOf(obstacle: EnablingObstacle, { email }: Customer): Refusal {
  return obstacle.obstacle === "email"
    ? emailTaken(email)
    : { reason: "BILLING_ACCOUNT_ACTIVE", customerId: obstacle.customerId };
}
