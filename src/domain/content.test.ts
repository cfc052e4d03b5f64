import fc from "fast-check";
import { Amount } from "./amount.ts";
import type { Operation } from "./asked-operation.ts";
import { contentOf, differingFields, differingRequests } from "./content.ts";
import type { CustomerRef } from "./customer-name.ts";
import {
  account,
  adjustment,
  capture,
  charge,
  credit,
  customer,
  extend,
  hold,
  named,
  refund,
  release,
  reversal,
  stateOf,
  transferTo,
} from "./decide.fixture.ts";
import type { OperationOf } from "./perform/outcome.ts";
import { recordedOf, stateWith } from "./verdict.fixture.ts";

const words = {
  key: "order-1001",
  source: "api",
  description: "30 calls",
  userId: "u-1",
  metadata: { plan: "gold", tags: ["a", "b"], nested: { x: 1, y: null } },
};
const otherWords = {
  description: { description: "" },
  user_id: { userId: "u-2" },
  metadata: { metadata: { ...words.metadata, plan: "silver" } },
};
const usd = { currency: "USD" };

/** What every operation here can be done in. */
const state = stateWith(
  stateOf(
    customer("1000", { captureOverdraft: Amount.of("10") }),
    customer("1000", usd),
    account({ customerId: "c-2" }, { funded: Amount.of("1000") }),
    account({ counter: "tax" }),
  ),
  credit("c-0", "100"),
  charge("t-0", "100"),
  hold("h-1", "50"),
);

const differing = (known: Operation, asked: Operation) => differingFields(recordedOf(state, known), asked);

const ten = Amount.of("10");
type Changes<T extends Operation["type"]> = Record<string, Partial<OperationOf<T>>>;

const chargeChanges: Changes<"transfer"> = {
  customer: { customer: named("c-2") },
  counter_account: { other: { counter: "tax" } },
  amount: { amount: Amount.of("31") },
  currency: usd,
  quantity: { quantity: 2n },
  source: { source: "batch" },
  ...otherWords,
};
const returnChanges = { amount: { amount: ten }, ...otherWords };
const holdChanges: Changes<"hold"> = {
  customer: { customer: named("c-2") },
  amount: { amount: ten },
  minimum_amount: { minimumAmount: ten },
  currency: usd,
  ttl: { ttlMs: 1 },
  on_expiry: { onExpiry: "capture" },
  source: { source: "batch" },
  ...otherWords,
};
const captureChanges: Changes<"capture"> = {
  hold: { holdId: "h-2" },
  amount: { amount: ten },
  final: { final: true },
  overage: { overage: "cap" },
  description: otherWords.description,
  metadata: otherWords.metadata,
};

const cases: [Operation, Record<string, object>][] = [
  [charge("x", "30", words), chargeChanges],
  [refund(state, "x", "t-0", words), { transfer: { refundOf: "t-9" }, ...returnChanges }],
  [
    reversal(state, "x", "c-0", words),
    { transfer: { reversalOf: "c-9" }, allow_debt: { debt: "any" }, ...returnChanges },
  ],
  [hold("x", "30", words), holdChanges],
  [capture("x", "h-1", { ...words, amount: Amount.of("5") }), captureChanges],
  [extend("x", "h-1", 60_000), { hold: { holdId: "h-2" }, ttl: { ttlMs: 1 } }],
  [release("x", "h-1"), { hold: { holdId: "h-2" } }],
];
const single = cases.flatMap(([operation, changes]) =>
  Object.entries(changes).map(([field, change]) => [operation.type, field, operation, change] as const),
);

describe("the content of an operation", () => {
  it.each(single)("(%s) tells another %s", (_type, field, operation, change) => {
    expect(differing(operation, operation)).toEqual([]);
    expect(differing(operation, { ...operation, ...change } as Operation)).toEqual([field]);
  });

  it.each(cases)("names every field that differs, and only those ($type)", (operation, changes) => {
    fc.assert(
      fc.property(fc.subarray(Object.keys(changes)), (fields) => {
        const asked = Object.assign({}, operation, ...fields.map((field) => changes[field]));
        expect(differing(operation, asked).sort()).toEqual([...fields].sort());
        expect(differingRequests(operation, asked).sort()).toEqual([...fields].sort());
      }),
    );
  });

  it("is the same however the amount and the metadata are written", () => {
    const metadata = { nested: { y: null, x: 1 }, tags: ["a", "b"], plan: "gold" };
    const same = charge("x", "30.000", { ...words, metadata });
    expect(differing(charge("x", "30", words), same)).toEqual([]);
  });

  it("tells an adjustment down from one up, and one kind from another", () => {
    expect(differing(adjustment("x", "-5"), adjustment("x", "5"))).toEqual(["amount"]);
    expect(differing(charge("x", "5"), adjustment("x", "-5"))).toEqual(["kind", "amount"]);
    expect(differing(release("x", "h-1"), extend("x", "h-1", 1))).toEqual(["kind", "ttl"]);
    expect(differing(charge("x", "5"), hold("x", "5", { ttlMs: null }))).toEqual(["kind"]);
  });

  it("tells whom a customer pays", () => {
    const paid = transferTo("x", "c-2", "1");
    expect(differing(paid, transferTo("x", "c-3", "1"))).toEqual(["to_customer"]);
    expect(differing(paid, { ...paid, other: { counter: "tax" } })).toEqual([
      "to_customer",
      "counter_account",
    ]);
  });

  it("tells arrays in another order, and a missing value from null", () => {
    const known = charge("x", "30", words);
    const reordered = { ...known, metadata: { ...words.metadata, tags: ["b", "a"] } };
    const missing = { ...known, metadata: { ...words.metadata, nested: { x: 1 } } };
    expect(differing(known, reordered)).toEqual(["metadata"]);
    expect(differing(known, missing)).toEqual(["metadata"]);
  });

  it("does not tell the key's own form, nor who asked", () => {
    expect(differing(charge("x", "1", { key: null }), charge("x", "1", { key: "" }))).toEqual([]);
  });

  it("does not tell the source of what is given back, which no request says", () => {
    expect(
      differing(refund(state, "x", "t-0", { source: null }), refund(state, "x", "t-0", { source: "b" })),
    ).toEqual([]);
  });
});

describe("a field at its default", () => {
  it("is no content", () => {
    const content = (operation: Operation) => contentOf(recordedOf(state, operation));
    const own = { customer: "c-1", currency: "VC" };
    expect(content(charge("x", "30"))).toEqual({ kind: "charge", amount: "30", ...own });
    expect(content(charge("x", "30", { counter: "tax" }))).toMatchObject({ counter_account: "tax" });
    expect(content(hold("x", "30", { ttlMs: null }))).toEqual({ kind: "hold", amount: "30", ...own });
    expect(content(capture("x", "h-1"))).toEqual({ kind: "capture", hold: "h-1" });
    expect(content(refund(state, "x", "t-0"))).toEqual({ kind: "refund", transfer: "t-0" });
    expect(content(reversal(state, "x", "c-0"))).toEqual({ kind: "reversal", transfer: "c-0" });
    expect(content(release("x", "h-1"))).toEqual({ kind: "release", hold: "h-1" });
  });

  it("is not the same as the value that it comes to", () => {
    expect(differing(hold("x", "30", { ttlMs: null }), hold("x", "30", { ttlMs: 900_000 }))).toEqual(["ttl"]);
    expect(differing(capture("x", "h-1"), capture("x", "h-1", { amount: Amount.of("50") }))).toEqual([
      "amount",
    ]);
    const all = refund(state, "x", "t-0");
    expect(differing(all, { ...all, amount: Amount.of("100") })).toEqual(["amount"]);
  });

  it("is the kind's own counter-account, said or not", () => {
    expect(differing(charge("x", "1"), charge("x", "1", { counter: "revenue" }))).toEqual([]);
    expect(differing(charge("x", "0"), charge("x", "0", { counter: "revenue" }))).toEqual([]);
  });
});

describe("a customer", () => {
  const asked = (customer: Partial<CustomerRef>) =>
    charge("x", "30", {
      customer: { text: "a@example.com", id: undefined, everNamed: [], ...customer },
    });
  const known = charge("x", "30");

  it("is the same under its id and under every name that it ever had", () => {
    expect(differing(known, asked({ id: "c-1" }))).toEqual([]);
    expect(differing(known, asked({ id: "c-2", everNamed: ["c-2", "c-1"] }))).toEqual([]);
    expect(differing(known, asked({ everNamed: ["c-1"] }))).toEqual([]);
  });

  it("differs under a name that was never its own", () => {
    expect(differing(known, asked({ id: "c-2", everNamed: ["c-2"] }))).toEqual(["customer"]);
    expect(differing(known, asked({}))).toEqual(["customer"]);
  });
});

it("a stored field that this version does not know differs", () => {
  const recorded = recordedOf(state, charge("x", "30"));
  const newer = { ...recorded, asked: { ...recorded.asked, grant: "summer" } };
  expect(differingFields(newer, charge("x", "30"))).toEqual(["grant"]);
});

describe("whatever is asked for", () => {
  const amount = fc.integer({ min: 1, max: 60 }).map((n) => Amount.of(String(n)));
  const wordings = fc.record({
    key: fc.option(fc.string()),
    source: fc.string(),
    description: fc.string(),
    userId: fc.string(),
    metadata: fc.dictionary(fc.string(), fc.jsonValue()),
  });
  const said = fc.option(amount);
  const transfers = fc
    .record({
      of: fc.constantFrom(credit, charge, adjustment),
      amount: fc.integer({ min: -60, max: 60 }),
      counter: fc.constantFrom(undefined, "tax"),
      words: wordings,
    })
    .map(({ of, amount: number, counter, words: fields }) => {
      const size = of === adjustment ? number || 1 : Math.abs(number) || (of === charge ? 0 : 1);
      return of("x", String(size), { ...fields, ...(counter && { counter }) });
    });
  const operations: fc.Arbitrary<Operation> = fc.oneof(
    transfers,
    fc.tuple(amount, wordings).map(([each, fields]) => transferTo("x", "c-2", String(each), fields)),
    fc.tuple(said, wordings).map(([each, fields]) => refund(state, "x", "t-0", { amount: each, ...fields })),
    fc
      .tuple(said, fc.constantFrom("none" as const, "within overdraft" as const, "any" as const), wordings)
      .map(([each, debt, fields]) => reversal(state, "x", "c-0", { amount: each, debt, ...fields })),
    fc
      .record({
        minimumAmount: said,
        ttlMs: fc.option(fc.constantFrom(1, 900_000)),
        onExpiry: fc.constantFrom("release" as const, "capture" as const),
        size: fc.constantFrom("30", "2000"),
        words: wordings,
      })
      .map(({ size, words: fields, ...rest }) => hold("x", size, { ...rest, ...fields })),
    fc
      .record({
        amount: fc.option(fc.constantFrom("1", "50", "51", "5000").map(Amount.of)),
        final: fc.boolean(),
        overage: fc.constantFrom("cap" as const, "allow_debt" as const),
      })
      .chain((how) => wordings.map((fields) => capture("x", "h-1", { ...how, ...fields }))),
    fc.constant(capture("x", "h-1", { amount: Amount.zero, final: true })),
    fc.constant(release("x", "h-1")),
    fc.constantFrom(1, 60_000).map((ttlMs) => extend("x", "h-1", ttlMs)),
  );

  it("what was done by it has the same content, also after it went through the database", () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(operations, (operation) => {
        fc.pre(
          operation.type !== "hold" || operation.minimumAmount !== null || !ofTwoThousand(operation.amount),
        );
        const recorded = recordedOf(state, operation);
        kinds.add(recorded.kind);
        expect(differingFields(recorded, operation)).toEqual([]);
        const { metadata, asked } = JSON.parse(
          JSON.stringify({ metadata: recorded.metadata, asked: recorded.asked }),
        );
        expect(differingFields({ ...recorded, metadata, asked }, operation)).toEqual([]);
      }),
      { numRuns: 500 },
    );
    expect(kinds.size).toBe(10);
  });
});

function ofTwoThousand(amount: Amount): boolean {
  return amount.equals(Amount.of("2000"));
}
