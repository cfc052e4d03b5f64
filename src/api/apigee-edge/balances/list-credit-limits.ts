import type { BalanceService } from "../../../../gen/tallystick/apigee/edge/v1/balance_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { currencyPrinter } from "../currency-message.ts";
import { messagesOf, numberedPage } from "../numbered-page.ts";
import { ownerNamed } from "../owner.ts";
import { balanceMessage } from "./balance-message.ts";
import { creditFigures } from "./figures.ts";

export const listCreditLimits: Handler<typeof BalanceService.method.listCreditLimits> = async (
  call,
  request,
) => {
  const { organization } = call;
  const form = new Form();
  const page = numberedPage(form, request);
  form.done();
  const customer = await ownerNamed(call, organization.id, request);
  const figures = await creditFigures(call, customer);
  const print = await currencyPrinter(call, organization);
  return {
    developerBalance: messagesOf(figures, page, (each) => balanceMessage(customer, each, print)),
    totalRecords: figures.length,
  };
};
