import fc from "fast-check";
import { Amount } from "./amount.ts";
import { differingFields } from "./content.ts";
import type { TransferDraft } from "./transfer.ts";

const draft: TransferDraft = {
  id: "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f",
  key: "order-1001",
  kind: "charge",
  amount: Amount.of("30"),
  currency: "VC",
  from: { customerId: "c-1" },
  to: { role: "revenue" },
  source: "api",
  description: "30 calls",
  userId: "u-1",
  metadata: { plan: "gold", tags: ["a", "b"], nested: { x: 1, y: null } },
};

const changes: Record<string, Partial<TransferDraft>> = {
  key: { key: null },
  kind: { kind: "credit" },
  customer: { from: { customerId: "c-2" } },
  amount: { amount: Amount.of("30.000000001") },
  currency: { currency: "USD" },
  source: { source: "batch" },
  description: { description: "" },
  user_id: { userId: "u-2" },
  metadata: { metadata: { ...draft.metadata, plan: "silver" } },
};

describe("differingFields", () => {
  it("finds none in equal drafts, however the amount and the metadata are written", () => {
    const same = {
      ...draft,
      amount: Amount.of("30.000"),
      metadata: { nested: { y: null, x: 1 }, tags: ["a", "b"], plan: "gold" },
    };
    expect(differingFields(draft, same)).toEqual([]);
  });

  it.each(Object.entries(changes))("names %s", (field, change) => {
    expect(differingFields(draft, { ...draft, ...change })).toEqual([field]);
  });

  it("names every field that differs, and only those", () => {
    fc.assert(
      fc.property(fc.subarray(Object.keys(changes)), (fields) => {
        const asked = Object.assign({}, draft, ...fields.map((field) => changes[field]));
        expect(differingFields(draft, asked)).toEqual(fields);
        expect(differingFields(asked, draft)).toEqual(fields);
      }),
    );
  });

  it("tells arrays in another order, and a missing value from null", () => {
    const reordered = { ...draft, metadata: { ...draft.metadata, tags: ["b", "a"] } };
    const missing = { ...draft, metadata: { ...draft.metadata, nested: { x: 1 } } };
    expect(differingFields(draft, reordered)).toEqual(["metadata"]);
    expect(differingFields(draft, missing)).toEqual(["metadata"]);
  });

  it("takes JSON that went through the database for the same", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (metadata) => {
        const kept = { ...draft, metadata: JSON.parse(JSON.stringify(metadata)) };
        expect(differingFields({ ...draft, metadata }, kept)).toEqual([]);
      }),
    );
  });
});
