import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { billingAccountFor } from "../billing-account.ts";
import { billingAccountMessage } from "../billing-account-message.ts";
import { billingDetails } from "../billing-details.ts";
import { isExpanded } from "../expand.ts";

export const getBillingAccount: Handler<typeof FrontierService.method.getBillingAccount> = async (
  call,
  request,
) => {
  const customer = await billingAccountFor(call, { billingId: request.id, field: "id" });
  const expanded = isExpanded(request, "organization", "org") ? call.organization : undefined;
  return {
    billingAccount: billingAccountMessage(customer, expanded),
    ...(request.withBillingDetails && { billingDetails: await billingDetails(call, customer) }),
  };
};
