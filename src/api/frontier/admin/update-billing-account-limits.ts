import type { AdminService } from "../../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
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
  await call.app.limits.set(shownAccountKey(call, customer), limit, { dryRun: false, signal: call.signal });
  return {};
};
