import { create } from "@bufbuild/protobuf";
import {
  CriteriaSchema,
  type TransactionService,
} from "../../../../gen/tallystick/apigee/edge/v1/transaction_pb.ts";
import type { Cursor } from "../../../store/driver/statements/cursor.ts";
import { errorOf } from "../../shared/errors.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { listInTurn } from "../../shared/in-turn.ts";
import { currencyPrinter } from "../currency-message.ts";
import { billingMonthOf } from "../month.ts";
import { allOnOnePage, numberedMessages, requireAll, type Window } from "../numbered-page.ts";
import { criteriaOf, narrow } from "./criteria.ts";
import { prepaidBalanceReport } from "./prepaid-balance-report.ts";
import { transactionMessage } from "./transaction-message.ts";

/** What Edge calls a top-up. */
const kinds = ["credit", "reversal"] as const;
/** What the report itself says, whatever is asked. */
const ofTopUps = { billingMonth: "", billingYear: 0, fromDate: "", toDate: "", transactionTypes: [] };

export const createPrepaidBalanceReport: Handler<
  typeof TransactionService.method.createPrepaidBalanceReport
> = async (call, request) => {
  const { organization } = call;
  const form = new Form();
  const asked = request.criteria ?? create(CriteriaSchema);
  const month = billingMonthOf(form, asked);
  const narrowed = narrow(form, organization, { ...asked, ...ofTopUps });
  form.done();
  const found = await criteriaOf(call, organization, narrowed);
  const { from, to } = month;
  const criteria = { ...found, kinds: kinds.filter((kind) => found.kinds?.includes(kind) ?? true), from, to };
  const total = await listInTurn(call, () => call.app.transactions.count(criteria, call.signal));
  if (total === 0) {
    const name = `of ${month.month} ${month.year}`;
    const message = "no transaction matches the criteria";
    throw errorOf({ reason: "NOT_FOUND", resource: "transaction", name }, { message });
  }
  requireAll({ all: true }, total);
  const print = await currencyPrinter(call, organization);
  const newestFirst = await numberedMessages(call, allOnOnePage, {
    read: (window: Window<Cursor>) => call.app.transactions.list(criteria, window, call.signal),
    placeOf: ({ at, transfer }) => ({ at, id: transfer.id }),
    message: (each) => transactionMessage(each, print),
  });
  const report = prepaidBalanceReport(month, {
    developers: narrowed.developers,
    transactions: newestFirst.toReversed(),
  });
  return { report: { contentType: "text/csv; charset=utf-8", data: new TextEncoder().encode(report) } };
};
