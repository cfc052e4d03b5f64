import type { ServiceImpl } from "@connectrpc/connect";
import type { TransactionService } from "../../../gen/tallystick/apigee/edge/v1/transaction_pb.ts";
import type { App } from "../../app.ts";
import { Amount } from "../../domain/amount.ts";
import type { RefundOperation } from "../../domain/command.ts";
import { operationId } from "../../domain/operation-id.ts";
import { notFound, Refused } from "../../domain/refusal.ts";
import type { Transfer } from "../../domain/transfer.ts";
import { callOf } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { usableCurrency } from "./currency.ts";
import { currencyPrinter } from "./currency-message.ts";
import { billingMonthOf } from "./month.ts";
import { organizationNamed, ownerId, ownerOfId } from "./owner.ts";
import { searchMethods } from "./search-methods.ts";
import { keyOf, submit } from "./submit.ts";
import { edgeSource, facts, transactionMessage } from "./transaction-message.ts";

const nameMax = { charactersMax: 255 };
const noteMax = { charactersMax: 1_024 };

export function transactionService(app: App): ServiceImpl<typeof TransactionService> {
  return {
    ...searchMethods(app),

    async createCredit(request, context) {
      const call = callOf(app, context);
      const organization = await organizationNamed(call, request, "writer");
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
      const key = keyOf(form, context);
      form.done();

      const customer = await ownerOfId(call, orgId, developer);
      const own = { customerId: customer.id };
      const other = { role: "adjustments" };
      const isTaken = amount?.isNegative() === true;
      const transfer = await submit(call, context, {
        orgId,
        operation: {
          ...{ type: "transfer", id: operationId({ orgId, key }), key, kind: "adjustment" },
          amount: (isTaken ? amount.negated() : amount) ?? Amount.zero,
          currency: currency.code,
          ...(isTaken ? { from: own, to: other } : { from: other, to: own }),
          ...{ source: edgeSource, description, userId: "", metadata },
        },
      });
      const print = await currencyPrinter(call, organization);
      return { transaction: transactionMessage({ transfer, customer }, print) };
    },

    async createRefund(request, context) {
      const call = callOf(app, context);
      const organization = await organizationNamed(call, request, "writer");
      const { id: orgId } = organization;
      const form = new Form();
      const parentId = form.uuid("parent_tx_id", request.parentTxId);
      const currency = { code: "", places: 9, minorPlaces: 0 };
      const amount = form.positiveAmount("refund_amount", request.refundAmount, currency);
      const revenueType = request.revenueType;
      if (revenueType !== "GROSS" && revenueType !== "NET") {
        form.refuse("revenue_type", "must be GROSS or NET");
      }
      const description = form.text("transaction_note", request.transactionNote, noteMax);
      const pkgId = form.text("monetization_package", request.monetizationPackage, nameMax);
      const other = request.monetizationPackageId;
      if (other !== "" && other !== pkgId)
        form.refuse("monetization_package_id", "is another one than in the path");
      const key = keyOf(form, context);
      form.done();

      const parent = await app.transfers.find({ orgId, id: parentId }, call.signal);
      if (parent === undefined) throw notFound("transfer", parentId);
      const sides = refundableSides(parent);
      const customer = await app.customers.find({ orgId, id: sides.customerId });
      if (customer === undefined) throw notFound("customer", sides.customerId);
      const metadata = { [facts.package]: pkgId, [facts.revenueType]: revenueType };
      const operation: RefundOperation = {
        ...{ type: "refund", id: operationId({ orgId, key }), key, refundOf: parentId, amount },
        ...sides,
        currency: parent.currency,
        ...{ source: parent.source, description, userId: "", metadata },
      };
      const transfer = await submit(call, context, { orgId, operation });
      const print = await currencyPrinter(call, organization);
      return { transaction: transactionMessage({ transfer, customer }, print) };
    },
  };
}

/** Only what was charged or captured can be given back. */
function refundableSides({ id, kind, from, to }: Transfer): { customerId: string; counterRole: string } {
  const isCharge = kind === "charge" || kind === "capture";
  if (!isCharge || !("customerId" in from) || !("role" in to)) {
    throw new Refused({ reason: "NOT_REFUNDABLE", transferId: id, kind });
  }
  return { customerId: from.customerId, counterRole: to.role };
}
