import type { BalanceService } from "../../../../gen/tallystick/apigee/edge/v1/balance_pb.ts";
import { Amount } from "../../../domain/amount.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { recognizedCurrency } from "../currency.ts";
import { currencyPrinter } from "../currency-message.ts";
import { noOwner, ownerNamed } from "../owner.ts";
import { balanceMessage } from "./balance-message.ts";
import { creditFigures } from "./figures.ts";

export const setCreditLimit: Handler<typeof BalanceService.method.setCreditLimit> = async (call, request) => {
  const { organization } = call;
  const { id: orgId } = organization;
  const form = new Form();
  const of = { orgId, form, field: "supported_currency_id" };
  const currency = await recognizedCurrency(call, of, request.supportedCurrencyId);
  const limit = form.amount("amount", request.amount, currency) ?? Amount.zero;
  if (limit.isNegative()) form.refuse("amount", "must be 0 or more");
  form.done();

  const customer = await ownerNamed(call, orgId, request);
  const key = { orgId, customerId: customer.id, currency: currency.code };
  if (!(await call.app.creditLimits.set(key, limit, call))) throw noOwner(customer.id, "developer");
  // Another may have cleared it since.
  const justSet = { currency: currency.code, amount: limit, usage: Amount.zero };
  const [figures = justSet] = await creditFigures(call, customer, currency.code);
  return {
    developerBalance: balanceMessage(customer, figures, await currencyPrinter(call, organization)),
  };
};
