import type { BalanceService } from "../../../../gen/tallystick/apigee/edge/v1/balance_pb.ts";
import { notFound } from "../../../domain/refusal.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { recognizedCurrency } from "../currency.ts";
import { ownerNamed } from "../owner.ts";

export const deleteCreditLimit: Handler<typeof BalanceService.method.deleteCreditLimit> = async (
  call,
  request,
) => {
  const { id: orgId } = call.organization;
  const form = new Form();
  const of = { orgId, form, field: "supported_currency_id" };
  const { code } = await recognizedCurrency(call, of, request.supportedCurrencyId);
  form.done();
  const customer = await ownerNamed(call, orgId, request);
  const key = { orgId, customerId: customer.id, currency: code };
  if (!(await call.app.creditLimits.clear(key, call))) {
    throw notFound("credit limit", `of ${customer.email || customer.name} in ${code}`);
  }
  return {};
};
