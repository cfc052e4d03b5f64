import { Amount } from "../../src/domain/amount.ts";
import type { Change, Command, Operation, Verdict } from "../../src/domain/command.ts";
import { isNonEmpty } from "../../src/domain/non-empty.ts";
import type { CommandRefusal } from "../../src/domain/refusal.ts";
import type { ModelAnswer, ModelCommand, ModelOperation, ModelReceipt } from "./model-ledger.ts";

/** How the model's names are said in a ledger: customers and keys as ids there. */
export interface Names {
  readonly orgId: string;
  customerId(customer: string): string;
  operationId(key: string): string;
}

const nanosPlaces = 9;

export function amountOf(nanos: bigint): Amount {
  const digits = (nanos < 0n ? -nanos : nanos).toString().padStart(nanosPlaces + 1, "0");
  return Amount.of(`${nanos < 0n ? "-" : ""}${digits.slice(0, -nanosPlaces)}.${digits.slice(-nanosPlaces)}`);
}

export function nanosOf(amount: Amount): bigint {
  const [, sign = "", digits = "", places = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount.toString()) ?? [];
  return BigInt(`${sign}${digits}${places.padEnd(nanosPlaces, "0")}`);
}

export function commandOf({ operations, dryRun }: ModelCommand, names: Names): Command {
  const translated = operations.map((operation) => operationOf(operation, names));
  if (!isNonEmpty(translated)) throw new Error("a command of nothing");
  return { orgId: names.orgId, operations: translated, dryRun };
}

function operationOf(operation: ModelOperation, names: Names): Operation {
  const { key, currency } = operation;
  const customerId = names.customerId(operation.customer);
  const identified = { id: names.operationId(key), key };
  const words = { source: "model", description: key, userId: "", metadata: { of: key } };
  const customer = { customerId };
  switch (operation.type) {
    case "credit":
    case "charge":
    case "transfer":
    case "adjustment": {
      const { type: kind, amount } = operation;
      const moved = { ...identified, type: "transfer", currency, ...words } as const;
      if (kind === "credit")
        return { ...moved, kind, amount: amountOf(amount), from: { role: "funding" }, to: customer };
      if (kind === "charge")
        return { ...moved, kind, amount: amountOf(amount), from: customer, to: { role: "revenue" } };
      if (kind === "transfer") {
        return {
          ...moved,
          kind,
          amount: amountOf(amount),
          from: customer,
          to: { customerId: names.customerId(operation.payee) },
        };
      }
      const other = { role: "adjustments" };
      const sides = amount < 0n ? { from: customer, to: other } : { from: other, to: customer };
      return { ...moved, kind: "adjustment", amount: amountOf(amount < 0n ? -amount : amount), ...sides };
    }
    case "refund": {
      const amount = operation.amount === null ? null : amountOf(operation.amount);
      const refundOf = names.operationId(operation.charge);
      return {
        ...identified,
        type: "refund",
        refundOf,
        amount,
        customerId,
        counterRole: "revenue",
        currency,
        ...words,
      };
    }
    case "hold":
      return {
        ...identified,
        type: "hold",
        customerId,
        amount: amountOf(operation.amount),
        currency,
        ttlMs: operation.ttl,
        ...words,
      };
    default:
      return changeOf(operation, {
        ...identified,
        holdId: names.operationId(operation.hold),
        customerId,
        currency,
      });
  }
}

type OnHold = { id: string; key: string; holdId: string; customerId: string; currency: string };

function changeOf(operation: Extract<ModelOperation, { hold: string }>, on: OnHold): Operation {
  switch (operation.type) {
    case "capture": {
      const { final, overage } = operation;
      const amount = operation.amount === null ? null : amountOf(operation.amount);
      return { ...on, type: "capture", amount, final, overage, description: "", metadata: {} };
    }
    case "release":
      return { ...on, type: "release" };
    case "extend":
      return { ...on, type: "extend", ttlMs: operation.ttl };
  }
}

export function answerOf(verdict: Verdict): ModelAnswer {
  if (verdict.outcome === "done") {
    return { receipts: verdict.receipts.map(({ change, replay }) => receiptOf(change, replay)) };
  }
  return {
    refusals: verdict.refused.map(({ index, refusal }) => ({
      index,
      reason: refusal.reason,
      told: toldBy(refusal),
    })),
  };
}

function receiptOf({ account, hold, posted, held }: Change, replay: boolean): ModelReceipt {
  const { funded, spent, version, minimumBalance } = account;
  return {
    replay,
    posted: nanosOf(posted),
    held: nanosOf(held),
    account: {
      funded: nanosOf(funded),
      spent: nanosOf(spent),
      held: nanosOf(account.held),
      minimum: nanosOf(minimumBalance ?? Amount.zero),
      version,
    },
    hold: hold && { state: hold.state, captured: nanosOf(hold.captured), remaining: nanosOf(hold.remaining) },
  };
}

function toldBy(refusal: CommandRefusal): (bigint | string)[] {
  switch (refusal.reason) {
    case "INSUFFICIENT_FUNDS":
      return [refusal.available, refusal.required, refusal.minimumBalance].map(nanosOf);
    case "REFUND_TOO_LARGE":
      return [refusal.left, refusal.required].map(nanosOf);
    case "HOLD_EXCEEDED":
      return [refusal.remaining, refusal.required].map(nanosOf);
    case "HOLD_NOT_ACTIVE":
      return [refusal.state];
    default:
      return [];
  }
}
