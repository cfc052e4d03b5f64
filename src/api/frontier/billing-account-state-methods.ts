import type { ServiceImpl } from "@connectrpc/connect";
import type { FrontierService } from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { App } from "../../app.ts";
import { notFound, type Refusal, Refused } from "../../domain/refusal.ts";
import type { EnablingObstacle } from "../../store/customers/billing-accounts.ts";
import type { Customer } from "../../store/customers/customers.ts";
import { callOf } from "../shared/call.ts";
import { accountToChange } from "./billing-account.ts";
import { emailTaken } from "./billing-account-errors.ts";

type Methods =
  | "registerBillingAccount"
  | "enableBillingAccount"
  | "disableBillingAccount"
  | "deleteBillingAccount";

export function billingAccountStateMethods(app: App): Pick<ServiceImpl<typeof FrontierService>, Methods> {
  return {
    async registerBillingAccount(request, context) {
      await accountToChange(callOf(app, context), request);
      return {};
    },

    async enableBillingAccount(request, context) {
      const call = callOf(app, context);
      const account = await accountToChange(call, request);
      const outcome = await app.billingAccounts.enable(account, call.signal);
      if (outcome === undefined) throw notFound("customer", account.id);
      if (outcome !== "enabled") throw new Refused(refusalOf(outcome, account));
      return {};
    },

    async disableBillingAccount(request, context) {
      const call = callOf(app, context);
      const account = await accountToChange(call, request);
      if (!(await app.billingAccounts.disable(account, call.signal))) throw notFound("customer", account.id);
      return {};
    },

    async deleteBillingAccount(request, context) {
      const call = callOf(app, context);
      const account = await accountToChange(call, request);
      const deleted = await app.billingAccounts.delete(account, call.signal);
      if (deleted === undefined) throw notFound("customer", account.id);
      if ("unsettled" in deleted)
        throw new Refused({ reason: "BILLING_ACCOUNT_NOT_EMPTY", ...deleted.unsettled });
      return {};
    },
  };
}

function refusalOf(obstacle: EnablingObstacle, { email }: Customer): Refusal {
  return obstacle.obstacle === "email"
    ? emailTaken(email)
    : { reason: "BILLING_ACCOUNT_ACTIVE", customerId: obstacle.customerId };
}
