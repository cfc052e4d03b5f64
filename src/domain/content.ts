import type { Amount } from "./amount.ts";
import type { Operation, TransferOperation } from "./asked-operation.ts";
import type { CustomerRef } from "./customer-name.ts";
import type { Asked, Metadata } from "./operation.ts";
import { customerSide, type Recorded } from "./recorded.ts";

/**
 * The content of an operation: the fields of its request, under the names that callers know. It must be the same where a key is
 * used again. A field that has its default value is left out.
 */
export type Content = Readonly<Record<string, string>>;

/** The counter-account of each kind, unless a request names another. */
export const defaultCounters = { credit: "funding", charge: "revenue", adjustment: "adjustments" } as const;

/** The content of an operation that was done. Fields that this version does not know are kept, so they differ from any request. */
export function contentOf(recorded: Recorded): Content {
  const told: Record<string, string> = toldBy(recorded);
  for (const [name, value] of Object.entries(recorded.asked ?? {})) {
    if (value === null) delete told[name];
    else told[name] = value;
  }
  return withoutEmpty(told);
}

/** The names of the fields in which a request differs from what was done under the same key. */
export function differingFields(recorded: Recorded, operation: Operation): string[] {
  const known = contentOf(recorded);
  const { told, customers } = askedFor(operation);
  const asked = withoutEmpty(told);
  const names = new Set([...Object.keys(known), ...Object.keys(asked), ...Object.keys(customers)]);
  return [...names].filter((name) => {
    const customer = customers[name];
    return customer === undefined ? known[name] !== asked[name] : !isSameCustomer(known[name], customer);
  });
}

/** The names of the fields in which two operations of one command differ, where the first one was refused. */
export function differingRequests(first: Operation, second: Operation): string[] {
  const [one, other] = [first, second].map((operation) => {
    const { told, customers } = askedFor(operation);
    const named = Object.entries(customers).map(([name, { id, text }]) => [name, id ?? text] as const);
    return withoutEmpty({ ...told, ...Object.fromEntries(named) });
  });
  const names = new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})]);
  return [...names].filter((name) => one?.[name] !== other?.[name]);
}

/** The content of a request that the other fields of its record do not tell; null where they tell all of it. */
export function askedBeside(operation: Operation, booked: Amount): Asked | null {
  const asked: Record<string, string | null> = {};
  const amount = "amount" in operation ? operation.amount : null;
  switch (operation.type) {
    case "transfer":
      // A charge of 0 books nothing, so its record has no other side that would tell.
      if (!booked.isPositive() && "counter" in operation.other)
        asked["counter_account"] = counterOf(operation);
      if (operation.quantity !== undefined) asked["quantity"] = String(operation.quantity);
      break;
    case "hold":
      if (operation.minimumAmount !== null) asked["minimum_amount"] = operation.minimumAmount.toString();
      if (operation.ttlMs !== null) asked["ttl"] = String(operation.ttlMs);
      if (operation.onExpiry !== "release") asked["on_expiry"] = operation.onExpiry;
      break;
    case "reversal":
      if (operation.debt !== "none") asked["allow_debt"] = "true";
      break;
    case "capture":
      if (operation.final) asked["final"] = "true";
      if (operation.overage !== "reject") asked["overage"] = operation.overage;
      break;
    case "extend":
      asked["ttl"] = String(operation.ttlMs);
      break;
  }
  if ("amount" in operation && operation.type !== "transfer" && !isSameAmount(amount, booked))
    asked["amount"] = amount?.toString() ?? null;
  return Object.keys(asked).length === 0 ? null : asked;
}

function toldBy(recorded: Recorded): Record<string, string> {
  const { kind, amount, currency, description, refersTo, hold } = recorded;
  const customer = customerSide(recorded).account.owner;
  const customerId = "customerId" in customer ? customer.customerId : "";
  const words = { description, user_id: recorded.userId, metadata: canonicalJson(recorded.metadata) };
  switch (kind) {
    case "credit":
    case "charge":
    case "adjustment":
    case "transfer": {
      const isPaying = customerSide(recorded) === recorded.from;
      const other = (isPaying ? recorded.to : recorded.from)?.account.owner;
      return {
        kind,
        customer: customerId,
        ...(other && "customerId" in other
          ? { to_customer: other.customerId }
          : { counter_account: other && other.counter !== defaultCounterOf(kind) ? other.counter : "" }),
        amount: signed(kind, isPaying, amount),
        currency,
        source: recorded.source,
        ...words,
      };
    }
    case "refund":
    case "reversal":
      return { kind, transfer: refersTo ?? "", amount: amount.toString(), ...words };
    case "hold":
      return {
        kind,
        customer: customerId,
        amount: amount.toString(),
        currency,
        source: recorded.source,
        ...words,
      };
    case "capture": {
      const { metadata } = words;
      return { kind, hold: hold?.holdId ?? "", amount: amount.toString(), description, metadata };
    }
    case "release":
    case "extend":
      return { kind, hold: hold?.holdId ?? "" };
  }
}

interface AskedFor {
  readonly told: Record<string, string>;
  /** Fields that name customers. A customer is the same under any name that it ever had. */
  readonly customers: Readonly<Record<string, CustomerRef>>;
}

function askedFor(operation: Operation): AskedFor {
  switch (operation.type) {
    case "transfer":
      return askedForTransfer(operation);
    case "refund":
      return { told: { ...about(operation, operation.refundOf), kind: "refund" }, customers: {} };
    case "reversal": {
      const allow_debt = operation.debt === "none" ? "" : "true";
      return {
        told: { ...about(operation, operation.reversalOf), kind: "reversal", allow_debt },
        customers: {},
      };
    }
    case "hold": {
      const { amount, minimumAmount, currency, ttlMs, onExpiry, source, customer } = operation;
      return {
        told: {
          kind: "hold",
          amount: amount.toString(),
          minimum_amount: minimumAmount?.toString() ?? "",
          currency,
          ttl: ttlMs === null ? "" : String(ttlMs),
          on_expiry: onExpiry === "release" ? "" : onExpiry,
          source,
          ...wordsOf(operation),
        },
        customers: { customer },
      };
    }
    case "capture": {
      const { holdId, amount, final, overage, description } = operation;
      return {
        told: {
          kind: "capture",
          hold: holdId,
          amount: amount?.toString() ?? "",
          final: final ? "true" : "",
          overage: overage === "reject" ? "" : overage,
          description,
          metadata: canonicalJson(operation.metadata),
        },
        customers: {},
      };
    }
    case "release":
      return { told: { kind: "release", hold: operation.holdId }, customers: {} };
    case "extend":
      return {
        told: { kind: "extend", hold: operation.holdId, ttl: String(operation.ttlMs) },
        customers: {},
      };
  }
}

function askedForTransfer(operation: TransferOperation): AskedFor {
  const { kind, customer, other, isPaying, amount, currency, quantity, source } = operation;
  return {
    told: {
      kind,
      counter_account: counterOf(operation),
      amount: signed(kind, isPaying, amount),
      currency,
      quantity: quantity === undefined ? "" : String(quantity),
      source,
      ...wordsOf(operation),
    },
    customers: { customer, ...("customer" in other && { to_customer: other.customer }) },
  };
}

/** The counter-account; empty where it is the default of the kind. */
function counterOf({ kind, other }: TransferOperation): string {
  return "counter" in other && other.counter !== defaultCounterOf(kind) ? other.counter : "";
}

function about(operation: { amount: Amount | null } & Parameters<typeof wordsOf>[0], transfer: string) {
  return { transfer, amount: operation.amount?.toString() ?? "", ...wordsOf(operation) };
}

function wordsOf(words: { description: string; userId: string; metadata: Metadata }) {
  const { description, userId, metadata } = words;
  return { description, user_id: userId, metadata: canonicalJson(metadata) };
}

/** An adjustment's amount is below zero where the customer pays. */
function signed(kind: string, isPaying: boolean, amount: Amount): string {
  return (kind === "adjustment" && isPaying ? amount.negated() : amount).toString();
}

function defaultCounterOf(kind: string): string | undefined {
  return (defaultCounters as Readonly<Record<string, string>>)[kind];
}

function isSameAmount(asked: Amount | null, booked: Amount): boolean {
  return asked?.equals(booked) === true;
}

function isSameCustomer(known: string | undefined, { id, everNamed }: CustomerRef): boolean {
  return known !== undefined && (known === id || everNamed.includes(known));
}

function withoutEmpty(content: Readonly<Record<string, string>>): Content {
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== ""));
}

/** JSON with sorted keys, so that equal values have equal texts; empty for an empty object. */
function canonicalJson(value: Metadata): string {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
  return text === "{}" ? "" : text;
}
