import type { BalanceService } from "../../../../gen/tallystick/apigee/edge/v1/balance_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { fitting } from "../../shared/page.ts";
import { listedCurrency } from "../currency.ts";
import { currencyPrinter } from "../currency-message.ts";
import { billingMonthOf } from "../month.ts";
import { ownerNamed } from "../owner.ts";
import { monthlyBalanceMessage } from "./balance-message.ts";

export const listMonthlyBalances: Handler<typeof BalanceService.method.listMonthlyBalances> = async (
  call,
  request,
) => {
  const { organization } = call;
  const { id: orgId } = organization;
  const form = new Form();
  const month = billingMonthOf(form, request);
  const of = { orgId, form, field: "supported_currency_id" };
  const currency = await listedCurrency(call, of, request.supportedCurrencyId);
  form.done();
  const customer = await ownerNamed(call, orgId, request);
  const which = { orgId, customerId: customer.id, currency, period: month };
  const periods = (await call.app.periods.list(which, call.signal)).filter(
    ({ account }) => account.version > 0,
  );
  const print = await currencyPrinter(call, organization);
  return {
    developerBalance: fitting(
      periods.map((period) => monthlyBalanceMessage(customer, { period, month }, print)),
    ),
    totalRecords: periods.length,
  };
};
