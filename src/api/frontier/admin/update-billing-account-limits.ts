import type { AdminService } from "../../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import { notFound } from "../../../domain/refusal.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { accountFor, minimumBalanceOf, shownAccountKey } from "./terms.ts";

export const updateBillingAccountLimits: Handler<
  typeof AdminService.method.updateBillingAccountLimits
> = async (call, request) => {
  const customer = await accountFor(call, request);
  const form = new Form();
  const minimumBalance = minimumBalanceOf(form, request, call.organization);
  form.done();
  const limit = { minimumBalance, endsAt: null };
  const options = { dryRun: false, signal: call.signal };
  const account = await call.app.limits.set(shownAccountKey(call, customer), limit, options);
  if (account === undefined) throw notFound("customer", customer.id);
  return {};
};
