import { Amount } from "../../src/domain/amount.ts";
import type { AskedOperation } from "../../src/domain/asked-operation.ts";
import type { AskedCommand } from "../../src/domain/command.ts";
import { defaultCounters } from "../../src/domain/content.ts";
import { isNonEmpty } from "../../src/domain/non-empty.ts";
import type { Identity } from "../../src/domain/operation-id.ts";
import { customerSide, type Receipt } from "../../src/domain/recorded.ts";
import type { CommandRefusal } from "../../src/domain/refusal.ts";
import { postedChange } from "../../src/domain/verdict.fixture.ts";
import type { Verdict } from "../../src/domain/verdict.ts";
import type { ModelAnswer, ModelCommand, ModelOperation, ModelReceipt } from "./model-command.ts";

/** How the model's names are said in a ledger: customers and keys as ids there. */
export interface Names {
  readonly orgId: string;
  customerId(customer: string): string;
  identity(key: string): Identity;
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

export function commandOf({ operations, dryRun }: ModelCommand, names: Names): AskedCommand {
  const translated = operations.map((operation) => operationOf(operation, names));
  if (!isNonEmpty(translated)) throw new Error("a command of nothing");
  return {
    orgId: names.orgId,
    operations: translated,
    dryRun,
    by: { actor: "model", requestId: "", isBounded: false },
  };
}

function operationOf(operation: ModelOperation, names: Names): AskedOperation {
  const { key, currency } = operation;
  const identity = names.identity(key);
  const words = { source: "model", description: key, userId: "", metadata: { of: key } };
  const named = (customer: string) => ({ text: names.customerId(customer), as: "id" }) as const;
  const customer = named(operation.customer);
  switch (operation.type) {
    case "credit":
    case "charge":
    case "adjustment": {
      const { type: kind, amount: signed } = operation;
      const amount = amountOf(signed < 0n ? -signed : signed);
      const isPaying = kind === "charge" || signed < 0n;
      const other = { counter: counterOf(operation.counter, names) ?? defaultCounters[kind] };
      return { type: "transfer", ...identity, kind, amount, currency, customer, isPaying, other, ...words };
    }
    case "transfer": {
      const amount = amountOf(operation.amount);
      const other = { customer: named(operation.payee) };
      const kind = "transfer" as const;
      return {
        type: "transfer",
        ...identity,
        kind,
        amount,
        currency,
        customer,
        isPaying: true,
        other,
        ...words,
      };
    }
    case "refund": {
      const refundOf = names.identity(operation.charge).id;
      return { type: "refund", ...identity, refundOf, amount: saidOf(operation), ...words };
    }
    case "reversal": {
      const { debt } = operation;
      const reversalOf = names.identity(operation.credit).id;
      return { type: "reversal", ...identity, reversalOf, amount: saidOf(operation), debt, ...words };
    }
    case "hold": {
      const { amount, least, ttl: ttlMs, onExpiry } = operation;
      const minimumAmount = least === null ? null : amountOf(least);
      const much = { amount: amountOf(amount), minimumAmount, currency };
      return { type: "hold", ...identity, customer, ...much, ttlMs, onExpiry, ...words };
    }
    default:
      return changeOf(operation, { ...identity, holdId: names.identity(operation.hold).id });
  }
}

function saidOf({ amount }: { readonly amount: bigint | null }): Amount | null {
  return amount === null ? null : amountOf(amount);
}

/** One may be named like the id of a customer. */
export function counterOf(counter: string | null, names: Names): string | null {
  return counter?.startsWith("like ") ? names.customerId(counter.slice("like ".length)) : counter;
}

function changeOf(
  operation: Extract<ModelOperation, { hold: string }>,
  on: { id: string; key: string | null; holdId: string },
): AskedOperation {
  switch (operation.type) {
    case "capture": {
      const { final, overage } = operation;
      const amount = saidOf(operation);
      return { ...on, type: "capture", amount, final, overage, description: "", metadata: {} };
    }
    case "release":
      return { ...on, type: "release" };
    case "extend":
      return { ...on, type: "extend", ttlMs: operation.ttl };
  }
}

export function answerOf(verdict: Verdict): ModelAnswer {
  if (verdict.outcome === "done") return { receipts: verdict.receipts.map(receiptOf) };
  return {
    refusals: verdict.refused.map(({ index, refusal }) => ({
      index,
      reason: refusal.reason,
      told: toldBy(refusal),
    })),
  };
}

function receiptOf({ recorded, hold, replay }: Receipt): ModelReceipt {
  const { funded, spent, withdrawn, held, version, minimumBalance } = customerSide(recorded).account;
  return {
    replay,
    posted: nanosOf(postedChange(recorded)),
    held: nanosOf(recorded.hold?.heldChange ?? Amount.zero),
    account: {
      funded: nanosOf(funded),
      spent: nanosOf(spent),
      withdrawn: nanosOf(withdrawn),
      held: nanosOf(held),
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
    case "REVERSAL_TOO_LARGE":
      return [refusal.left, refusal.required].map(nanosOf);
    case "HOLD_EXCEEDED":
      return [refusal.remaining, refusal.required].map(nanosOf);
    case "HOLD_NOT_ACTIVE":
      return [refusal.state];
    default:
      return [];
  }
}
