import type { AdminService } from "../../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { billingDetails } from "../billing-details.ts";
import { accountFor } from "./terms.ts";

export const getBillingAccountDetails: Handler<typeof AdminService.method.getBillingAccountDetails> = async (
  call,
  request,
) => {
  const { creditMin, dueInDays } = await billingDetails(call, await accountFor(call, request));
  return { creditMin, dueInDays };
};
