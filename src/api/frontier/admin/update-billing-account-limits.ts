import type { AdminService } from "../../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import { notFound } from "../../../domain/refusal.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { accountFor, limitOf, shownAccountKey } from "./terms.ts";

export const updateBillingAccountLimits: Handler<
  typeof AdminService.method.updateBillingAccountLimits
> = async (call, request) => {
  const customer = await accountFor(call, request);
  const form = new Form();
  const limit = limitOf(form, request, call.organization);
  form.done();
  const isSet = await call.app.billingTerms.set(shownAccountKey(call, customer), limit, call);
  if (!isSet) throw notFound("customer", customer.id);
  return {};
};
