import type { TransactionService } from "../../../../gen/tallystick/apigee/edge/v1/transaction_pb.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { identityByHeader } from "../../shared/idempotency-key.ts";
import { currencyPrinter } from "../currency-message.ts";
import { submit } from "../submit.ts";
import { facts, nameMax, noteMax, transactionMessage } from "./transaction-message.ts";

const fields = { currency: "parent_tx_id", amount: "refund_amount" };

export const createRefund: Handler<typeof TransactionService.method.createRefund> = async (call, request) => {
  const form = new Form();
  const refundOf = form.uuid("parent_tx_id", request.parentTxId);
  const amount = form.positiveAmount(fields.amount, request.refundAmount);
  const { revenueType } = request;
  if (revenueType !== "GROSS" && revenueType !== "NET") form.refuse("revenue_type", "must be GROSS or NET");
  const description = form.text("transaction_note", request.transactionNote, noteMax);
  const pkgId = form.text("monetization_package", request.monetizationPackage, nameMax);
  const other = request.monetizationPackageId;
  if (other !== "" && other !== pkgId)
    form.refuse("monetization_package_id", "is another one than in the path");
  const identity = identityByHeader(form, call, "apigee edge");
  form.done();

  const metadata = { [facts.package]: pkgId, [facts.revenueType]: revenueType };
  const words = { source: null, description, userId: "", metadata };
  const transaction = await submit(call, { type: "refund", ...identity, refundOf, amount, ...words }, fields);
  const print = await currencyPrinter(call, call.organization);
  return { transaction: transactionMessage(transaction, print) };
};
