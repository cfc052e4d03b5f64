import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { billingAccountIfAny } from "../billing-account.ts";

/** Nobody subscribes to anything here. */
export const listSubscriptions: Handler<typeof FrontierService.method.listSubscriptions> = async (
  call,
  request,
) => {
  await billingAccountIfAny(call, { billingId: request.billingId, field: "billing_id" });
  return { subscriptions: [] };
};
