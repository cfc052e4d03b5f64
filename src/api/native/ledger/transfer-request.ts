import {
  type CreateTransferRequest,
  TransferKind as KindMessage,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { type AccountOwner, ownerKey } from "../../../domain/account.ts";
import { Amount } from "../../../domain/amount.ts";
import type { TransferOperation } from "../../../domain/command.ts";
import { invalidField } from "../../../domain/refusal.ts";
import type { Call } from "../../shared/call.ts";
import type { Form } from "../../shared/form.ts";
import type { HolderOf } from "../customer-name.ts";

/** Kinds that a caller may ask for, and the counter-account of each. */
const kinds = {
  [KindMessage.CREDIT]: { kind: "credit", counter: "funding" },
  [KindMessage.CHARGE]: { kind: "charge", counter: "revenue" },
  [KindMessage.ADJUSTMENT]: { kind: "adjustment", counter: "adjustments" },
  [KindMessage.TRANSFER]: { kind: "transfer", counter: "" },
} as const;
const counterName = /^[a-z][a-z0-9_-]{0,62}$/;

/** Who stands opposite the customer. */
interface OtherSide {
  /** Empty for a transfer between customers. */
  readonly counterAccount: string;
  /** Empty but for a transfer between customers. */
  readonly toCustomer: string;
}

/** A request whose fields fit; whom it names is not known yet. */
export interface TransferRequest {
  /** All of the operation that the request itself tells. */
  readonly told: Omit<TransferOperation, "id" | "from" | "to">;
  readonly customer: string;
  readonly otherSide: OtherSide;
  readonly toCustomerField: string;
  /** Whether the customer pays. */
  readonly isPaying: boolean;
}

/** Narrows one transfer. `prefix` is where it stands in the request: empty, or `requests[3].`. */
export async function narrowTransfer(
  call: Call,
  of: { orgId: string; form: Form; prefix?: string },
  request: CreateTransferRequest,
): Promise<TransferRequest> {
  const { orgId, form, prefix = "" } = of;
  const field = (name: string) => `${prefix}${name}`;
  const found = await call.app.currencies.usable(orgId, request.currency);
  const currency = form.currency(field("currency"), request.currency, found);
  const { kind, counter } = kindOf(form, field("kind"), request.kind);
  const isSigned = kind === "adjustment";
  const amount = isSigned
    ? form.amount(field("amount"), request.amount, currency)
    : form.positiveAmount(field("amount"), request.amount, currency);
  if (isSigned && amount?.equals(Amount.zero)) form.refuse(field("amount"), "must not be 0");
  const isPaying = kind === "charge" || kind === "transfer" || (isSigned && amount?.isNegative() === true);
  return {
    told: {
      type: "transfer",
      kind,
      amount: amount?.isNegative() ? amount.negated() : (amount ?? Amount.zero),
      currency: currency.code,
      key: form.key(field("key"), request.key),
      source: form.text(field("source"), request.source, { charactersMax: 255 }),
      description: form.text(field("description"), request.description, { charactersMax: 1_024 }),
      userId: form.text(field("user_id"), request.userId, { charactersMax: 255 }),
      metadata: form.metadata(field("metadata"), request.metadata),
    },
    customer: form.text(field("customer"), request.customer, { charactersMax: 254, required: true }),
    otherSide: otherSide(form, field, { request, kind, counter }),
    toCustomerField: field("to_customer"),
    isPaying,
  };
}

/** The operation of a request, once it is known whom it names. */
export async function transferOperation(
  holderOf: HolderOf,
  id: string,
  request: TransferRequest,
): Promise<TransferOperation> {
  const { told, customer, otherSide, toCustomerField, isPaying } = request;
  const { counterAccount, toCustomer } = otherSide;
  const { currency } = told;
  const own: AccountOwner = { customerId: await holderOf({ name: customer, currency }) };
  const other: AccountOwner =
    toCustomer === ""
      ? { role: counterAccount }
      : { customerId: await holderOf({ name: toCustomer, currency }) };
  if (ownerKey(own) === ownerKey(other)) throw invalidField(toCustomerField, "is the customer that pays");
  const [from, to] = isPaying ? [own, other] : [other, own];
  return {
    type: told.type,
    id,
    key: told.key,
    kind: told.kind,
    amount: told.amount,
    currency,
    from,
    to,
    source: told.source,
    description: told.description,
    userId: told.userId,
    metadata: told.metadata,
  };
}

function kindOf(form: Form, field: string, kind: KindMessage) {
  if (kind in kinds) return kinds[kind as keyof typeof kinds];
  const names = Object.values(kinds).map((each) => `TRANSFER_KIND_${each.kind.toUpperCase()}`);
  form.refuse(field, `must be one of ${names.join(", ")}`);
  return kinds[KindMessage.CREDIT];
}

function otherSide(
  form: Form,
  field: (name: string) => string,
  of: { request: CreateTransferRequest; kind: string; counter: string },
): OtherSide {
  const { request, kind, counter } = of;
  if (kind === "transfer") {
    const limits = { charactersMax: 254, required: true };
    const toCustomer = form.text(field("to_customer"), request.toCustomer, limits);
    if (request.counterAccount !== "")
      form.refuse(field("counter_account"), "has no place between two customers");
    return { counterAccount: "", toCustomer };
  }
  if (request.toCustomer !== "")
    form.refuse(field("to_customer"), "has a place only in TRANSFER_KIND_TRANSFER");
  const counterAccount = request.counterAccount || counter;
  if (!counterName.test(counterAccount)) {
    form.refuse(
      field("counter_account"),
      "must be 1 to 63 lower-case letters, digits, `-` and `_`, beginning with a letter",
    );
  }
  return { counterAccount, toCustomer: "" };
}
