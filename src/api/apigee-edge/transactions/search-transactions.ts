import type { TransactionService } from "../../../../gen/tallystick/apigee/edge/v1/transaction_pb.ts";
import type { Cursor } from "../../../store/driver/statements/cursor.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { listInTurn } from "../../shared/in-turn.ts";
import { currencyPrinter } from "../currency-message.ts";
import { numberedMessages, numberedPage, requireAll, type Window } from "../numbered-page.ts";
import { criteriaOf, narrow } from "./criteria.ts";
import { transactionMessage } from "./transaction-message.ts";

export const searchTransactions: Handler<typeof TransactionService.method.searchTransactions> = async (
  call,
  request,
) => {
  const { organization } = call;
  const form = new Form();
  const page = numberedPage(form, request);
  const narrowed = request.criteria && narrow(form, organization, request.criteria);
  form.done();
  const criteria = await criteriaOf(call, organization, narrowed);
  const total = await listInTurn(call, () => call.app.transactions.count(criteria, call.signal));
  requireAll(request, total);
  const print = await currencyPrinter(call, organization);
  const transaction = await numberedMessages(call, page, {
    read: (window: Window<Cursor>) => call.app.transactions.list(criteria, window, call.signal),
    placeOf: ({ at, transfer }) => ({ at, id: transfer.id }),
    message: (each) => transactionMessage(each, print),
  });
  return { totalRecords: total, transaction };
};
