import type { BalanceService } from "../../../../gen/tallystick/apigee/edge/v1/balance_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { optionalCurrency } from "../currency.ts";
import { currencyPrinter } from "../currency-message.ts";
import { numberedPage, rowsOf } from "../numbered-page.ts";
import { ownerNamed } from "../owner.ts";
import { balanceMessage } from "./balance-message.ts";
import { balanceFigures } from "./figures.ts";

export const listDeveloperBalances: Handler<typeof BalanceService.method.listDeveloperBalances> = async (
  call,
  request,
) => {
  const { organization } = call;
  const form = new Form();
  const of = { orgId: organization.id, form, field: "currency_id" };
  const currency = await optionalCurrency(call, of, request.currencyId);
  const page = numberedPage(form, request);
  form.done();
  const customer = await ownerNamed(call, organization.id, request);
  const figures = await balanceFigures(call, customer, currency);
  const print = await currencyPrinter(call, organization);
  return {
    developerBalance: rowsOf(figures, page).map((each) => balanceMessage(customer, each, print)),
    totalRecords: figures.length,
  };
};
