import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { billingAccountFor } from "../billing-account.ts";

export const hasTrialed: Handler<typeof FrontierService.method.hasTrialed> = async (call, request) => {
  await billingAccountFor(call, { billingId: request.id, field: "id" });
  return { trialed: false };
};
