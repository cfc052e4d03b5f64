import type {
  BalanceService,
  DeveloperBalance,
} from "../../../../gen/tallystick/apigee/edge/v1/balance_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { fitting } from "../../shared/page.ts";
import { listedCurrency } from "../currency.ts";
import { currencyPrinter } from "../currency-message.ts";
import { numberedPage, rowsOf } from "../numbered-page.ts";
import { ownerNamed } from "../owner.ts";
import { transactionMessage } from "../transactions/transaction-message.ts";
import { balanceMessage, type Figures } from "./balance-message.ts";
import { balanceFigures } from "./figures.ts";

export const listDeveloperBalances: Handler<typeof BalanceService.method.listDeveloperBalances> = async (
  call,
  request,
) => {
  const { organization } = call;
  const form = new Form();
  const of = { orgId: organization.id, form, field: "currency_id" };
  const currency = await listedCurrency(call, of, request.currencyId);
  const page = numberedPage(form, request);
  form.done();
  const customer = await ownerNamed(call, organization.id, request);
  const figures = await balanceFigures(call, customer, currency);
  const shown = rowsOf(figures, page);
  const accountIds = shown.flatMap(({ accountId }) => accountId ?? []);
  const topUps = await call.app.topUps.newest(organization.id, accountIds, call.signal);
  const print = await currencyPrinter(call, organization);
  const company = request.company === "" ? null : await call.app.appGroups.nameOf(customer);
  const messageOf = (each: Figures): DeveloperBalance => {
    const message = balanceMessage(customer, each, print);
    const transfer = topUps.get(each.accountId ?? "");
    if (transfer !== undefined)
      message.transaction = transactionMessage({ transfer, customer, company }, print);
    return message;
  };
  return { developerBalance: fitting(shown.map(messageOf)), totalRecords: figures.length };
};
