import type { FrontierService } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { Handler } from "../../shared/handler.ts";
import { billingAccountIfAny } from "../billing-account.ts";

/** Nobody is billed here. */
export const listInvoices: Handler<typeof FrontierService.method.listInvoices> = async (call, request) => {
  await billingAccountIfAny(call, { billingId: request.billingId, field: "billing_id" });
  return { invoices: [] };
};
