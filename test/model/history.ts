import fc from "fast-check";
import type { ModelHold } from "./model-books.ts";
import type { ModelCommand, ModelOperation } from "./model-command.ts";
import type { ModelLedger } from "./model-ledger.ts";

export const customers = ["c-1", "c-2", "c-3"] as const;
export const currencies = ["USD", "EUR"] as const;
/** Names of counter-accounts in every form that they may have, of which one is the id of a customer. */
export const counters = [
  ...["funding", "revenue", "adjustments", "x", `${"long-name_".repeat(6)}123`],
  ...["a0000000-0000-4000-8000-000000000001", "c-1", "like c-2"],
] as const;

const minuteMs = 60_000;
const longPauseMs = 60 * minuteMs;
/** Holds live for about a round, or for several. */
const [shortTtl, longTtl] = [minuteMs, 5 * longPauseMs];

/** An operation before it is known what there is to refund, capture or ask for again. */
interface Wish {
  readonly type: ModelOperation["type"];
  readonly customer: (typeof customers)[number];
  readonly payee: number;
  readonly currency: (typeof currencies)[number];
  readonly amount: bigint;
  /** Whether a refund or a capture says how much. */
  readonly saysAmount: boolean;
  /** Which of the holds or charges there are. */
  readonly which: number;
  readonly ttl: number;
  readonly final: boolean;
  readonly overage: "reject" | "cap" | "allow_debt";
  readonly counter: (typeof counters)[number] | null;
  readonly least: bigint | null;
  readonly onExpiry: "release" | "capture";
  readonly debt: "none" | "within overdraft" | "any";
}

/** A new command, or one that was asked for before: the same, or with another amount under its key. */
type Move =
  | { readonly type: "new"; readonly wishes: readonly Wish[]; readonly dryRun: boolean }
  | { readonly type: "again"; readonly which: number; readonly change: "none" | "amount" | "mixed" | "kind" };

/** What an operator does between two rounds. */
export type Intervention =
  | {
      readonly type: "limit";
      readonly customer: string;
      readonly currency: string;
      readonly minimum: bigint;
      /** Null: it has no end. */
      readonly endsInMs: number | null;
    }
  | {
      readonly type: "overdraft";
      readonly customer: string;
      readonly currency: string;
      readonly overdraft: bigint;
    }
  | { readonly type: "toggle"; readonly customer: string }
  | { readonly type: "configure"; readonly currency: string };

/** Commands that come at once, after a pause. */
export interface Round {
  readonly pauseMs: number;
  readonly intervention: Intervention | null;
  /** Whose accounts somebody else has locked when the commands come. */
  readonly locked: string | null;
  readonly moves: readonly Move[];
}

/** How far back a refund looks for a charge. */
const newestMax = 6;

const nanos = (text: string) => BigInt(text) * 1_000_000_000n;
const amount = fc.constantFrom(nanos("1"), nanos("7"), nanos("20"), 45_500_000_000n, nanos("60"), 1n);
const customer = fc.constantFrom("c-1" as const, "c-1" as const, ...customers);
const currency = fc.constantFrom("USD" as const, "USD" as const, "USD" as const, "EUR" as const);

const wish: fc.Arbitrary<Wish> = fc.record({
  type: fc.constantFrom(
    ...(["credit", "credit", "charge", "adjustment", "transfer", "refund", "hold", "hold"] as const),
    ...(["capture", "capture", "capture", "release", "extend", "reversal", "reversal"] as const),
  ),
  customer,
  payee: fc.nat(1),
  currency,
  amount,
  saysAmount: fc.boolean(),
  which: fc.nat(50),
  ttl: fc.constantFrom(longTtl, longTtl, longTtl, shortTtl),
  final: fc.boolean(),
  overage: fc.constantFrom("reject", "cap", "allow_debt"),
  counter: fc.constantFrom(null, null, ...counters),
  least: fc.constantFrom(null, null, 1n, nanos("5")),
  onExpiry: fc.constantFrom("release" as const, "release" as const, "capture" as const),
  debt: fc.constantFrom("none" as const, "none" as const, "within overdraft" as const, "any" as const),
});

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("new" as const),
      wishes: fc.oneof(
        { weight: 3, arbitrary: fc.tuple(wish) },
        { weight: 1, arbitrary: fc.array(wish, { minLength: 2, maxLength: 4 }) },
      ),
      dryRun: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("again" as const),
      which: fc.nat(50),
      change: fc.constantFrom(...(["none", "none", "none", "amount", "mixed", "kind"] as const)),
    }),
  },
);

const intervention: fc.Arbitrary<Intervention> = fc.oneof(
  fc.record({
    type: fc.constant("limit" as const),
    customer,
    currency,
    minimum: fc.constantFrom(0n, -nanos("30"), -nanos("500"), nanos("25")),
    // At moments that no sum of pauses comes near.
    endsInMs: fc.constantFrom(null, 1.5 * minuteMs, 90.5 * minuteMs, 90.5 * minuteMs, 210.5 * minuteMs),
  }),
  fc.record({
    type: fc.constant("overdraft" as const),
    customer,
    currency,
    overdraft: fc.constantFrom(0n, nanos("10"), nanos("1000")),
  }),
  fc.record({ type: fc.constant("toggle" as const), customer: fc.constant("c-3") }),
  fc.record({ type: fc.constant("configure" as const), currency }),
);

/** Histories of so many rounds, each of up to so many commands at once. */
export function histories(bounds: { roundsMax: number; movesMax: number }): fc.Arbitrary<Round[]> {
  const round = fc.record({
    pauseMs: fc.constantFrom(0, 0, shortTtl, longPauseMs),
    intervention: fc.option(intervention, { freq: 4 }),
    locked: fc.option(customer, { freq: 4 }),
    moves: fc.array(move, { minLength: 1, maxLength: bounds.movesMax, size: "max" }),
  });
  return fc.array(round, { minLength: 1, maxLength: bounds.roundsMax, size: "max" });
}

/** Makes commands of moves: chooses among what there is before the round, and remembers what was asked for. */
export class Caller {
  private readonly asked: ModelCommand[] = [];
  private keys = 0;

  commandsOf(round: Pick<Round, "moves">, model: ModelLedger): ModelCommand[] {
    const commands = round.moves.map((each) => this.commandOf(each, model));
    this.asked.push(...commands);
    return commands;
  }

  private commandOf(asked: Move, model: ModelLedger): ModelCommand {
    if (asked.type === "new") {
      const operations = asked.wishes.map((each) => fulfil(each, this.nextKey(), model));
      return { operations, dryRun: asked.dryRun };
    }
    const before = this.asked[asked.which % Math.max(this.asked.length, 1)];
    if (before === undefined) return { operations: [creditOf(this.nextKey())], dryRun: false };
    if (asked.change === "mixed") {
      return { operations: [...before.operations, creditOf(this.nextKey())], dryRun: false };
    }
    const change = { none: (same: ModelOperation) => same, amount: withOtherAmount, kind: ofOtherKind }[
      asked.change
    ];
    return { operations: before.operations.map(change), dryRun: false };
  }

  private nextKey(): string {
    this.keys += 1;
    return `key-${this.keys}`;
  }
}

function creditOf(key: string): ModelOperation {
  return { type: "credit", key, customer: "c-1", currency: "USD", amount: nanos("10"), counter: null };
}

/** The same key for something else. */
function ofOtherKind({ type, key, customer, currency }: ModelOperation): ModelOperation {
  const at = { key, customer, currency, amount: nanos("1") };
  switch (type) {
    case "charge":
      return { type: "hold", ...at, least: null, ttl: longTtl, onExpiry: "release" };
    case "hold":
      return { type: "adjustment", ...at, counter: null };
    case "transfer":
    case "capture":
      return { type: "credit", ...at, counter: null };
    case "refund":
      return { type: "transfer", ...at, payee: otherThan(customer)[0] ?? "c-1" };
    default:
      return { type: "charge", ...at, counter: null };
  }
}

function otherThan(customer: string): string[] {
  return customers.filter((name) => name !== customer);
}

function withOtherAmount(operation: ModelOperation): ModelOperation {
  return "amount" in operation ? ({ ...operation, amount: nanos("11") } as ModelOperation) : operation;
}

function fulfil(asked: Wish, key: string, model: ModelLedger): ModelOperation {
  const { type, which, amount, saysAmount, ttl, final, overage, counter, least, onExpiry, debt } = asked;
  const at = { key, customer: asked.customer, currency: asked.currency };
  const said = saysAmount ? amount : null;
  switch (type) {
    case "credit":
      return { type, ...at, amount: amount * 5n, counter };
    case "charge":
      return { type, ...at, amount: which === 0 ? 0n : amount, counter };
    case "adjustment":
      return { type, ...at, amount: final ? amount : -amount, counter };
    case "transfer": {
      return { type, ...at, amount, payee: otherThan(asked.customer)[asked.payee] ?? "c-1" };
    }
    case "hold":
      return { type, ...at, amount, least, ttl, onExpiry };
    case "reversal": {
      const found = choose([...model.credits].slice(-newestMax), which);
      if (found === undefined) return creditOf(key);
      return { type, ...at, ...sideOf(found[1]), credit: found[0], amount: said, debt };
    }
    case "refund": {
      const found = choose([...model.charges].slice(-newestMax), which);
      if (found === undefined) return creditOf(key);
      return { type, ...at, ...sideOf(found[1]), charge: found[0], amount: said };
    }
    default: {
      const isActive = ([, hold]: [string, ModelHold]) => model.stateOf(hold) === "active";
      const active = [...model.holds].filter(isActive);
      const found = choose([...active, ...[...model.holds].slice(-2)], which);
      if (found === undefined) return creditOf(key);
      const on = { key, ...sideOf(found[1]), hold: found[0] };
      if (type === "release") return { type, ...on };
      if (type === "extend") return { type, ...on, ttl };
      const isNothing = final && which % 4 === 0;
      return { type, ...on, amount: isNothing ? 0n : said, final, overage };
    }
  }
}

function choose<T>(list: readonly T[], which: number): T | undefined {
  return list[which % Math.max(list.length, 1)];
}

function sideOf({ customer, currency }: { customer: string; currency: string }) {
  return { customer, currency };
}
