import type { BalanceService } from "../../../../gen/tallystick/apigee/edge/v1/balance_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { identityByHeader } from "../../shared/idempotency-key.ts";
import { operationCurrency } from "../currency.ts";
import { currencyPrinter } from "../currency-message.ts";
import { ownerName } from "../owner.ts";
import { submit } from "../submit.ts";
import { edgeSource, transactionMessage } from "../transactions/transaction-message.ts";
import { balanceMessage } from "./balance-message.ts";
import { balanceFigures } from "./figures.ts";

const fields = { currency: "supported_currency.id", amount: "amount" };

export const topUpDeveloperBalance: Handler<typeof BalanceService.method.topUpDeveloperBalance> = async (
  call,
  request,
) => {
  const form = new Form();
  const code = operationCurrency(form, fields.currency, request.supportedCurrency?.id ?? "");
  const operation = {
    type: "transfer",
    ...identityByHeader(form, call, "apigee edge"),
    kind: "credit",
    amount: form.positiveAmount(fields.amount, request.amount),
    currency: code,
    customer: ownerName(form, request),
    isPaying: false,
    other: { counter: "funding" },
    isTopUp: true,
    source: edgeSource,
    description: "",
    userId: "",
    metadata: {},
  } as const;
  form.done();
  const transaction = await submit(call, operation, fields);
  const { customer } = transaction;
  const [figures] = await balanceFigures(call, customer, code);
  if (figures === undefined) throw new Error("a top-up left no balance");
  const print = await currencyPrinter(call, call.organization);
  const developerBalance = balanceMessage(customer, figures, print);
  developerBalance.transaction = transactionMessage(transaction, print);
  return { developerBalance };
};
