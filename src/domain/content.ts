import { ownerKey } from "./account.ts";
import type { Content, Operation, TransferOperation } from "./command.ts";
import type { Metadata } from "./transfer.ts";

/** The content of an operation: whatever must be the same when its key comes again. */
export function contentOf(operation: Operation): Content {
  switch (operation.type) {
    case "transfer":
      return {
        operation: "transfer",
        key: keyText(operation.key),
        kind: operation.kind,
        ...sides(operation),
        currency: operation.currency,
        ...words(operation),
      };
    case "refund":
      return {
        operation: "refund",
        key: keyText(operation.key),
        transfer: operation.refundOf,
        amount: operation.amount?.toString() ?? "",
        ...words(operation),
      };
    case "hold":
      return {
        operation: "hold",
        key: keyText(operation.key),
        customer: operation.customerId,
        amount: operation.amount.toString(),
        currency: operation.currency,
        ttl: String(operation.ttlMs),
        ...words(operation),
      };
    case "capture":
      return {
        operation: "capture",
        key: keyText(operation.key),
        hold: operation.holdId,
        amount: operation.amount?.toString() ?? "",
        final: String(operation.final),
        overage: operation.overage,
        description: operation.description,
        metadata: canonicalJson(operation.metadata),
      };
    case "release":
      return { operation: "release", key: keyText(operation.key), hold: operation.holdId };
    case "extend":
      return {
        operation: "extend",
        key: keyText(operation.key),
        hold: operation.holdId,
        ttl: String(operation.ttlMs),
      };
  }
}

/** The names, as callers know them, of the fields in which two contents under one key differ. */
export function differingFields(known: Content, asked: Content): string[] {
  const names = new Set([...Object.keys(known), ...Object.keys(asked)]);
  return [...names].filter((name) => known[name] !== asked[name]);
}

/** Who moves money to whom, as callers say it: an adjustment's amount is below zero where the customer pays. */
function sides({ kind, from, to, amount }: TransferOperation): Content {
  const isPaying = "customerId" in from;
  const [customer, other] = isPaying ? [from, to] : [to, from];
  return {
    customer: ownerKey(customer),
    ["customerId" in other ? "to_customer" : "counter_account"]: ownerKey(other),
    amount: (kind === "adjustment" && isPaying ? amount.negated() : amount).toString(),
  };
}

interface Words {
  readonly source: string;
  readonly description: string;
  readonly userId: string;
  readonly metadata: Metadata;
}

function words({ source, description, userId, metadata }: Words): Content {
  return { source, description, user_id: userId, metadata: canonicalJson(metadata) };
}

/** No key is not the same as an empty one. */
function keyText(key: string | null): string {
  return key === null ? "" : `=${key}`;
}

/** JSON with the keys of every object in order, so that equal values have equal texts. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
