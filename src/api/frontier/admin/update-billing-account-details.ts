import type { AdminService } from "../../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import { notFound } from "../../../domain/refusal.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { accountFor, limitOf, shownAccountKey } from "./terms.ts";

/** A century. */
const dueInDaysMax = 36_500n;

export const updateBillingAccountDetails: Handler<
  typeof AdminService.method.updateBillingAccountDetails
> = async (call, request) => {
  const customer = await accountFor(call, request);
  const form = new Form();
  const limit = limitOf(form, request, call.organization);
  if (request.dueInDays < 0n || request.dueInDays > dueInDaysMax)
    form.refuse("due_in_days", `must be 0 to ${dueInDaysMax}`);
  form.done();
  const terms = { ...limit, dueInDays: Number(request.dueInDays) };
  const isSet = await call.app.billingTerms.set(shownAccountKey(call, customer), terms, call);
  if (!isSet) throw notFound("customer", customer.id);
  return {};
};
