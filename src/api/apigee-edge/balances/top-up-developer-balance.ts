import type { BalanceService } from "../../../../gen/tallystick/apigee/edge/v1/balance_pb.ts";
import type { Amount } from "../../../domain/amount.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { usableCurrency } from "../currency.ts";
import { currencyPrinter } from "../currency-message.ts";
import { ownerNamed } from "../owner.ts";
import { keyOf, submit } from "../submit.ts";
import { edgeSource, transactionMessage } from "../transactions/transaction-message.ts";
import { balanceMessage } from "./balance-message.ts";
import { balanceFigures } from "./figures.ts";

export const topUpDeveloperBalance: Handler<typeof BalanceService.method.topUpDeveloperBalance> = async (
  call,
  request,
) => {
  const { organization } = call;
  const { id: orgId } = organization;
  const form = new Form();
  const of = { orgId, form, field: "supported_currency.id" };
  const currency = await usableCurrency(call, of, request.supportedCurrency?.id ?? "");
  const amount = form.positiveAmount("amount", request.amount, currency);
  await requireMinimum(call, { orgId, form, currency: currency.code }, amount);
  const key = keyOf(form, call);
  form.done();

  const customer = await ownerNamed(call, orgId, request);
  const transfer = await submit(call, {
    orgId,
    operation: {
      ...{ type: "transfer", id: call.operationId(key), key, kind: "credit", amount },
      currency: currency.code,
      from: { role: "funding" },
      to: { customerId: customer.id },
      ...{ source: edgeSource, description: "", userId: "", metadata: {} },
    },
  });
  const [figures] = await balanceFigures(call, customer, currency.code);
  if (figures === undefined) throw new Error("a top-up left no balance");
  const print = await currencyPrinter(call, organization);
  const developerBalance = balanceMessage(customer, figures, print);
  developerBalance.transaction = transactionMessage({ transfer, customer }, print);
  return { developerBalance };
};

/** Refuses less than the currency says must be added at least. */
async function requireMinimum(
  call: Call,
  of: { orgId: string; form: Form; currency: string },
  amount: Amount,
): Promise<void> {
  const configured = await call.app.currencies.find(of.orgId, of.currency, call.signal);
  if (configured === undefined || !amount.isPositive() || !amount.isLessThan(configured.minimumTopUp)) return;
  of.form.refuse(
    "amount",
    `must be ${configured.minimumTopUp} or more, the minimum top-up in ${of.currency}`,
  );
}
