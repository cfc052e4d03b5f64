import fc from "fast-check";
import { Amount } from "./amount.ts";
import type {
  CaptureOperation,
  ExtendOperation,
  HoldOperation,
  Operation,
  RefundOperation,
  TransferOperation,
} from "./command.ts";
import { contentOf, differingFields } from "./content.ts";
import { capture, extend, hold, refund, release } from "./decide.fixture.ts";

const words = {
  key: "order-1001",
  source: "api",
  description: "30 calls",
  userId: "u-1",
  metadata: { plan: "gold", tags: ["a", "b"], nested: { x: 1, y: null } },
};
const otherWords = {
  key: { key: null },
  source: { source: "batch" },
  description: { description: "" },
  user_id: { userId: "u-2" },
  metadata: { metadata: { ...words.metadata, plan: "silver" } },
};

const charge: TransferOperation = {
  type: "transfer",
  id: "t-1",
  kind: "charge",
  amount: Amount.of("30"),
  currency: "VC",
  from: { customerId: "c-1" },
  to: { role: "revenue" },
  ...words,
};
/** By the name under which callers know the field. */
const chargeChanges: Record<string, Partial<TransferOperation>> = {
  key: otherWords.key,
  kind: { kind: "adjustment", amount: Amount.of("30"), from: { role: "revenue" }, to: { customerId: "c-1" } },
  customer: { from: { customerId: "c-2" } },
  counter_account: { to: { role: "tax" } },
  amount: { amount: Amount.of("30.000000001") },
  currency: { currency: "USD" },
  source: otherWords.source,
  description: otherWords.description,
  user_id: otherWords.user_id,
  metadata: otherWords.metadata,
};

const differing = (known: Operation, asked: Operation) => differingFields(contentOf(known), contentOf(asked));

describe("the content of a transfer", () => {
  it("is the same however the amount and the metadata are written", () => {
    const same = {
      ...charge,
      amount: Amount.of("30.000"),
      metadata: { nested: { y: null, x: 1 }, tags: ["a", "b"], plan: "gold" },
    };
    expect(differing(charge, same)).toEqual([]);
  });

  it.each(Object.entries(chargeChanges))("tells another %s", (field, change) => {
    expect(differing(charge, { ...charge, ...change })).toEqual([field]);
  });

  it("names every field that differs, and only those", () => {
    fc.assert(
      fc.property(fc.subarray(Object.keys(chargeChanges).filter((name) => name !== "kind")), (fields) => {
        const asked = Object.assign({}, charge, ...fields.map((field) => chargeChanges[field]));
        expect(differing(charge, asked)).toEqual(fields);
        expect(differing(asked, charge)).toEqual(fields);
      }),
    );
  });

  it("tells an adjustment down from one up", () => {
    const [customer, other] = [{ customerId: "c-1" }, { role: "adjustments" }];
    const down: TransferOperation = { ...charge, kind: "adjustment", from: customer, to: other };
    expect(differing(down, { ...down, from: other, to: customer })).toEqual(["amount"]);
  });

  it("tells whom a customer pays", () => {
    const between: TransferOperation = { ...charge, kind: "transfer", to: { customerId: "c-2" } };
    expect(differing(between, { ...between, to: { customerId: "c-3" } })).toEqual(["to_customer"]);
  });

  it("tells arrays in another order, and a missing value from null", () => {
    const reordered = { ...charge, metadata: { ...words.metadata, tags: ["b", "a"] } };
    const missing = { ...charge, metadata: { ...words.metadata, nested: { x: 1 } } };
    expect(differing(charge, reordered)).toEqual(["metadata"]);
    expect(differing(charge, missing)).toEqual(["metadata"]);
  });

  it("tells no key from an empty one", () => {
    expect(differing({ ...charge, key: null }, { ...charge, key: "" })).toEqual(["key"]);
  });

  it("is the same after the metadata went through the database", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (metadata) => {
        const kept = { ...charge, metadata: JSON.parse(JSON.stringify(metadata)) };
        expect(differing({ ...charge, metadata }, kept)).toEqual([]);
      }),
    );
  });
});

const ten = Amount.of("10");
const refundChanges: Record<string, Partial<RefundOperation>> = {
  ...otherWords,
  transfer: { refundOf: "t-2" },
  amount: { amount: ten },
};
const holdChanges: Record<string, Partial<HoldOperation>> = {
  ...otherWords,
  customer: { customerId: "c-2" },
  amount: { amount: ten },
  currency: { currency: "USD" },
  ttl: { ttlMs: 1 },
};
const captureChanges: Record<string, Partial<CaptureOperation>> = {
  key: otherWords.key,
  hold: { holdId: "h-2" },
  amount: { amount: ten },
  final: { final: true },
  overage: { overage: "cap" },
  description: otherWords.description,
  metadata: otherWords.metadata,
};
const extendChanges: Record<string, Partial<ExtendOperation>> = {
  key: otherWords.key,
  hold: { holdId: "h-2" },
  ttl: { ttlMs: 1 },
};

const others: [Operation, Record<string, object>][] = [
  [refund("r-1", "t-1", words), refundChanges],
  [hold("h-1", "30", words), holdChanges],
  [capture("k-1", "h-1", { ...words, amount: Amount.of("5") }), captureChanges],
  [{ ...extend("e-1", "h-1", 60_000), key: "k" }, extendChanges],
  [
    { ...release("l-1", "h-1"), key: "k" },
    { key: otherWords.key, hold: { holdId: "h-2" } },
  ],
];
const cases = others.flatMap(([operation, changes]) =>
  Object.entries(changes).map(([field, change]) => [operation.type, field, operation, change] as const),
);

it.each(cases)("the content of a %s tells another %s", (_type, field, operation, change) => {
  expect(differing(operation, operation)).toEqual([]);
  expect(differing(operation, { ...operation, ...change } as Operation)).toEqual([field]);
});

it("one key used for two kinds of operations differs in the operation", () => {
  expect(differing(release("k", "h-1"), extend("k", "h-1", 1))).toEqual(["operation", "ttl"]);
});

it("asking for all that is left is not asking for an amount, even where it is the same", () => {
  expect(differing(refund("r", "t", { amount: null }), refund("r", "t", { amount: ten }))).toEqual([
    "amount",
  ]);
});
