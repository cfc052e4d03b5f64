import type { TransactionService } from "../../../../gen/tallystick/apigee/edge/v1/transaction_pb.ts";
import { amountPlacesMax } from "../../../domain/amount.ts";
import type { RefundOperation } from "../../../domain/command.ts";
import type { Transfer } from "../../../domain/perform/transfer.ts";
import { notFound, Refused } from "../../../domain/refusal.ts";
import { Form } from "../../shared/form.ts";
import type { Handler } from "../../shared/handler.ts";
import { currencyPrinter } from "../currency-message.ts";
import { keyOf, submit } from "../submit.ts";
import { facts, nameMax, noteMax, transactionMessage } from "./transaction-message.ts";

/** As long as it is not known which one it is. */
const anyCurrency = { code: "", places: amountPlacesMax, minorPlaces: 0 };

export const createRefund: Handler<typeof TransactionService.method.createRefund> = async (call, request) => {
  const { organization } = call;
  const { id: orgId } = organization;
  const form = new Form();
  const parentId = form.uuid("parent_tx_id", request.parentTxId);
  form.positiveAmount("refund_amount", request.refundAmount, anyCurrency);
  const revenueType = request.revenueType;
  if (revenueType !== "GROSS" && revenueType !== "NET") {
    form.refuse("revenue_type", "must be GROSS or NET");
  }
  const description = form.text("transaction_note", request.transactionNote, noteMax);
  const pkgId = form.text("monetization_package", request.monetizationPackage, nameMax);
  const other = request.monetizationPackageId;
  if (other !== "" && other !== pkgId)
    form.refuse("monetization_package_id", "is another one than in the path");
  const key = keyOf(form, call);
  form.done();

  const parent = await call.app.transfers.find({ orgId, id: parentId }, call.signal);
  if (parent === undefined) throw notFound("transfer", parentId);
  const sides = refundableSides(parent);
  const currency = await call.app.currencies.recognized(orgId, parent.currency, call.signal);
  const amount = form.positiveAmount("refund_amount", request.refundAmount, currency ?? anyCurrency);
  form.done();
  const customer = await call.app.customers.find({ orgId, id: sides.customerId });
  if (customer === undefined) throw notFound("customer", sides.customerId);
  const metadata = { [facts.package]: pkgId, [facts.revenueType]: revenueType };
  const operation: RefundOperation = {
    ...{ type: "refund", id: call.operationId(key), key, refundOf: parentId, amount },
    ...sides,
    currency: parent.currency,
    ...{ source: parent.source, description, userId: "", metadata },
  };
  const transfer = await submit(call, { orgId, operation });
  const print = await currencyPrinter(call, organization);
  return { transaction: transactionMessage({ transfer, customer }, print) };
};

/** Only what was charged or captured can be given back. */
function refundableSides({ id, kind, from, to }: Transfer): { customerId: string; counterRole: string } {
  const isCharge = kind === "charge" || kind === "capture";
  if (!isCharge || !("customerId" in from) || !("role" in to)) {
    throw new Refused({ reason: "NOT_REFUNDABLE", transferId: id, kind });
  }
  return { customerId: from.customerId, counterRole: to.role };
}
