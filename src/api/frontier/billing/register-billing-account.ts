import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { accountToChange } from "../billing-account.ts";

export const registerBillingAccount: Handler<typeof FrontierService.method.registerBillingAccount> = async (
  call,
  request,
) => {
  await accountToChange(call, request);
  return {};
};
