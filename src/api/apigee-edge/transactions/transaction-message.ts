import { create } from "@bufbuild/protobuf";
import {
  type Transaction as TransactionMessage,
  TransactionSchema,
} from "../../../../gen/tallystick/apigee/edge/v1/transaction_pb.ts";
import type { TransferKind } from "../../../domain/operation.ts";
import { keyText } from "../../../domain/recorded.ts";
import type { Transaction } from "../../../store/books/transaction-search.ts";
import type { CurrencyPrinter } from "../currency-message.ts";
import { timeText } from "../time.ts";

/** Marks what was booked through this face. */
export const edgeSource = "apigee.edge";

/** What Edge calls each kind of transfer. */
export const transactionTypes: Record<TransferKind, string> = {
  charge: "PURCHASE",
  capture: "PURCHASE",
  credit: "BALANCE",
  adjustment: "CREDIT",
  refund: "REFUND",
  reversal: "BALANCE",
  transfer: "CHARGE",
};

/** What the transfers of this face keep in their metadata. */
export const facts = {
  package: "pkgId",
  ratePlan: "ratePlanId",
  product: "productId",
  billingMonth: "billingMonth",
  billingYear: "billingYear",
  revenueType: "revenueType",
} as const;

/** How long names and notes may be. */
export const nameMax = { charactersMax: 255 };
export const noteMax = { charactersMax: 1_024 };

export function transactionMessage(
  { transfer, customer, company }: Transaction,
  print: CurrencyPrinter,
): TransactionMessage {
  const { kind, amount, from, metadata, currency } = transfer;
  const isTaken = (kind === "adjustment" && "customerId" in from) || kind === "reversal";
  const fact = (name: string) => (typeof metadata[name] === "string" ? metadata[name] : "");
  const productId = fact(facts.product);
  const time = timeText(transfer.createdAt);
  return create(TransactionSchema, {
    currency,
    developer: {
      id: company ?? customer.id,
      email: customer.email,
      name: customer.name,
      isCompany: company !== null,
    },
    endTime: time,
    id: transfer.id,
    isVirtualCurrency: print(currency).virtualCurrency ?? false,
    notes: transfer.description,
    parentId: transfer.refersTo ?? "",
    pkgId: fact(facts.package),
    ...(productId !== "" && { product: { id: productId } }),
    providerTxId: keyText(transfer),
    rate: (isTaken ? amount.negated() : amount).toString(),
    startTime: time,
    status: "SUCCESS",
    type: transactionTypes[kind],
    utcEndTime: time,
    utcStartTime: time,
  });
}
