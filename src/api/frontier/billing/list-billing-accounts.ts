import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { billingAccountsPage } from "../billing-account-list.ts";
import { isExpanded } from "../expand.ts";

export const listBillingAccounts: Handler<typeof FrontierService.method.listBillingAccounts> = async (
  call,
  request,
) => {
  const { organization } = call;
  const expanded = isExpanded(request, "organization", "org") ? organization : undefined;
  return billingAccountsPage(call, request, { orgId: organization.id, expanded });
};
