import type { TransactionService } from "../../../../gen/tallystick/apigee/edge/v1/transaction_pb.ts";
import { Amount } from "../../../domain/amount.ts";
import { clockOf } from "../../../store/books/moments.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { identityByHeader } from "../../shared/idempotency-key.ts";
import { operationCurrency } from "../currency.ts";
import { currencyPrinter } from "../currency-message.ts";
import { billingMonthOf } from "../month.ts";
import { ownerId } from "../owner.ts";
import { submit } from "../submit.ts";
import { edgeSource, facts, nameMax, noteMax, transactionMessage } from "./transaction-message.ts";

const fields = { currency: "currency_id", amount: "transaction_amount" };

export const createCredit: Handler<typeof TransactionService.method.createCredit> = async (call, request) => {
  const form = new Form();
  const month = billingMonthOf(form, request);
  if (month.from > (await clockOf(call.app.database, call.signal)))
    form.refuse("billing_month", "has not begun yet");
  const currency = operationCurrency(form, fields.currency, request.currencyId);
  const given = form.amount(fields.amount, request.transactionAmount);
  if (given?.equals(Amount.zero) === true) form.refuse(fields.amount, "must not be 0");
  const signed = given ?? Amount.zero;
  const description = form.text("transaction_note", request.transactionNote, noteMax);
  const text = ownerId(form, "developer_id", request.developerId);
  const metadata = {
    [facts.package]: form.text("monetization_package", request.monetizationPackage, nameMax),
    [facts.ratePlan]: form.text("rate_plan", request.ratePlan, nameMax),
    [facts.product]: form.text("product_id", request.productId, nameMax),
    [facts.billingMonth]: month.month,
    [facts.billingYear]: String(month.year),
  };
  const identity = identityByHeader(form, call, "apigee edge");
  form.done();

  const transaction = await submit(
    call,
    {
      type: "transfer",
      ...identity,
      kind: "adjustment",
      amount: signed.isNegative() ? signed.negated() : signed,
      currency,
      customer: { text, as: "id, email or group" },
      isPaying: signed.isNegative(),
      other: { counter: "adjustments" },
      source: edgeSource,
      description,
      userId: "",
      metadata,
    },
    fields,
  );
  const print = await currencyPrinter(call, call.organization);
  return { transaction: transactionMessage(transaction, print) };
};
