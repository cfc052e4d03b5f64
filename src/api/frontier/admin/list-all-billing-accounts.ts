import type { AdminService } from "../../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { billingAccountsPage } from "../billing-account-list.ts";

export const listAllBillingAccounts: Handler<typeof AdminService.method.listAllBillingAccounts> = async (
  call,
  request,
) => {
  return billingAccountsPage(call, request, { orgId: call.organizationIfNamed?.id });
};
