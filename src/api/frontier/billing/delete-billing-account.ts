import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { notFound, Refused } from "../../../domain/refusal.ts";
import type { Handler } from "../../shared/handler.ts";
import { accountToChange } from "../billing-account.ts";

export const deleteBillingAccount: Handler<typeof FrontierService.method.deleteBillingAccount> = async (
  call,
  request,
) => {
  const account = await accountToChange(call, request);
  const deleted = await call.app.billingAccounts.delete(account, call);
  if (deleted === undefined) throw notFound("customer", account.id);
  if ("unsettled" in deleted)
    throw new Refused({ reason: "BILLING_ACCOUNT_NOT_EMPTY", ...deleted.unsettled });
  return {};
};
