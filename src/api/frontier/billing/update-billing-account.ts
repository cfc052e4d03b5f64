import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { notFound, Refused } from "../../../domain/refusal.ts";
import type { Handler } from "../../shared/handler.ts";
import { accountToChange } from "../billing-account.ts";
import { narrowBody } from "../billing-account-body.ts";
import { emailTaken } from "../billing-account-errors.ts";
import { billingAccountMessage } from "../billing-account-message.ts";

export const updateBillingAccount: Handler<typeof FrontierService.method.updateBillingAccount> = async (
  call,
  request,
) => {
  const account = await accountToChange(call, request);
  const change = narrowBody(request.body);
  const updated = await call.app.billingAccounts.update(account, change, call);
  if (updated === undefined) throw notFound("customer", account.id);
  if (updated === "email taken") throw new Refused(emailTaken(change.email));
  return { billingAccount: billingAccountMessage(updated) };
};
