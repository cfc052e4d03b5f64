import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { notFound } from "../../../domain/refusal.ts";
import type { Handler } from "../../shared/handler.ts";
import { accountToChange } from "../billing-account.ts";

export const disableBillingAccount: Handler<typeof FrontierService.method.disableBillingAccount> = async (
  call,
  request,
) => {
  const account = await accountToChange(call, request);
  if (!(await call.app.billingAccounts.disable(account, call))) throw notFound("customer", account.id);
  return {};
};
