import {
  type CreateTransferRequest,
  TransferKind as KindMessage,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { Amount } from "../../../domain/amount.ts";
import type { TransferOperation } from "../../../domain/asked-operation.ts";
import { defaultCounters } from "../../../domain/content.ts";
import type { CustomerName } from "../../../domain/customer-name.ts";
import type { Call } from "../../shared/call.ts";
import type { Form } from "../../shared/form.ts";
import { descriptionOf, sourceOf, userIdOf } from "./operation-fields.ts";

/** Kinds that a caller may ask for. */
const kinds = {
  [KindMessage.CREDIT]: "credit",
  [KindMessage.CHARGE]: "charge",
  [KindMessage.ADJUSTMENT]: "adjustment",
  [KindMessage.TRANSFER]: "transfer",
} as const;
type Kind = (typeof kinds)[keyof typeof kinds];
/** The methods that make transfers of the other kinds. */
const methodsOfOthers: Readonly<Partial<Record<KindMessage, string>>> = {
  [KindMessage.REFUND]: "RefundTransfer",
  [KindMessage.CAPTURE]: "CaptureHold",
  [KindMessage.REVERSAL]: "ReverseTransfer",
};
const counterName = /^[a-z][a-z0-9_-]{0,62}$/;

/** Narrows one transfer. */
export function transferOperation(
  call: Call,
  form: Form,
  request: CreateTransferRequest,
): TransferOperation<CustomerName> {
  const kind = kindOf(form, "kind", request.kind);
  const isSigned = kind === "adjustment";
  const amount = isSigned
    ? form.amount("amount", request.amount)
    : form.positiveAmount("amount", request.amount);
  if (isSigned && amount?.equals(Amount.zero)) form.refuse("amount", "must not be 0");
  const isPaying = kind === "charge" || kind === "transfer" || (isSigned && amount?.isNegative() === true);
  const { id, key } = call.identity(form.key("key", request.key));
  return {
    type: "transfer",
    id,
    key,
    kind,
    amount: amount?.isNegative() ? amount.negated() : (amount ?? Amount.zero),
    currency: form.currencyCode("currency", request.currency),
    customer: customerName(form, "customer", request.customer),
    isPaying,
    other: otherSide(form, { request, kind }),
    source: sourceOf(form, request.source),
    description: descriptionOf(form, request.description),
    userId: userIdOf(form, request.userId),
    metadata: form.metadata("metadata", request.metadata),
  };
}

/** A customer by id or email. */
export function customerName(form: Form, field: string, text: string): CustomerName {
  return { text: form.text(field, text, { charactersMax: 254, required: true }), as: "id or email" };
}

function kindOf(form: Form, field: string, kind: KindMessage): Kind {
  if (kind in kinds) return kinds[kind as keyof typeof kinds];
  const names = Object.values(kinds).map((each) => `TRANSFER_KIND_${each.toUpperCase()}`);
  const other = methodsOfOthers[kind];
  const hint = other === undefined ? "" : `; ${other} makes transfers of the one asked for`;
  form.refuse(field, `must be one of ${names.join(", ")}${hint}`);
  return "credit";
}

function otherSide(
  form: Form,
  { request, kind }: { request: CreateTransferRequest; kind: Kind },
): TransferOperation<CustomerName>["other"] {
  if (kind === "transfer") {
    if (request.counterAccount !== "") form.refuse("counter_account", "has no place between two customers");
    return { customer: customerName(form, "to_customer", request.toCustomer) };
  }
  if (request.toCustomer !== "") form.refuse("to_customer", "has a place only in TRANSFER_KIND_TRANSFER");
  const counter = request.counterAccount || defaultCounters[kind];
  if (!counterName.test(counter)) {
    form.refuse(
      "counter_account",
      "must be 1 to 63 lower-case letters, digits, `-` and `_`, beginning with a letter",
    );
  }
  return { counter };
}
