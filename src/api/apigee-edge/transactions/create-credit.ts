import type { TransactionService } from "../../../../gen/tallystick/apigee/edge/v1/transaction_pb.ts";
import { Amount } from "../../../domain/amount.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { usableCurrency } from "../currency.ts";
import { currencyPrinter } from "../currency-message.ts";
import { billingMonthOf } from "../month.ts";
import { ownerId, ownerOfId } from "../owner.ts";
import { keyOf, submit } from "../submit.ts";
import { edgeSource, facts, nameMax, noteMax, transactionMessage } from "./transaction-message.ts";

export const createCredit: Handler<typeof TransactionService.method.createCredit> = async (call, request) => {
  const { organization } = call;
  const { id: orgId } = organization;
  const form = new Form();
  const month = billingMonthOf(form, request);
  if (month.from.getTime() > Date.now()) form.refuse("billing_month", "has not begun yet");
  const currency = await usableCurrency(call, { orgId, form, field: "currency_id" }, request.currencyId);
  const amount = form.amount("transaction_amount", request.transactionAmount, currency);
  if (amount?.equals(Amount.zero)) form.refuse("transaction_amount", "must not be 0");
  const description = form.text("transaction_note", request.transactionNote, noteMax);
  const developer = ownerId(form, "developer_id", request.developerId);
  const metadata = {
    [facts.package]: form.text("monetization_package", request.monetizationPackage, nameMax),
    [facts.ratePlan]: form.text("rate_plan", request.ratePlan, nameMax),
    [facts.product]: form.text("product_id", request.productId, nameMax),
    [facts.billingMonth]: month.month,
    [facts.billingYear]: String(month.year),
  };
  const key = keyOf(form, call);
  form.done();

  const customer = await ownerOfId(call, orgId, developer);
  const own = { customerId: customer.id };
  const other = { role: "adjustments" };
  const isTaken = amount?.isNegative() === true;
  const transfer = await submit(call, {
    orgId,
    operation: {
      ...{ type: "transfer", id: call.operationId(key), key, kind: "adjustment" },
      amount: (isTaken ? amount.negated() : amount) ?? Amount.zero,
      currency: currency.code,
      ...(isTaken ? { from: own, to: other } : { from: other, to: own }),
      ...{ source: edgeSource, description, userId: "", metadata },
    },
  });
  const print = await currencyPrinter(call, organization);
  return { transaction: transactionMessage({ transfer, customer }, print) };
};
