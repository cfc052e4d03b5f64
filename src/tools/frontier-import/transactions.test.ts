import { Amount } from "../../domain/amount.ts";
import { identityOf } from "../../domain/operation-id.ts";
import type { FrontierTransaction } from "./reading/rows.ts";
import { importedTransaction } from "./transactions.ts";

const orgId = "00000000-0000-4000-8000-000000000001";
const usageId = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";
const olderId = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

function row(fields: Partial<FrontierTransaction> = {}): FrontierTransaction {
  return {
    id: usageId,
    accountId: "c-1",
    type: "debit",
    source: "api",
    amount: "30",
    description: "",
    userId: "",
    metadata: "{}",
    revertOf: null,
    createdAt: "2024-01-02 03:04:05.678+00",
    ...fields,
  };
}

describe("importedTransaction", () => {
  it("reads a row, its time to the millisecond", () => {
    const words = { source: "api", description: "", userId: "", metadata: "{}" };
    expect(importedTransaction(orgId, row({ revertOf: usageId.toUpperCase() }))).toEqual({
      transaction: {
        ...{ id: usageId, key: "", frontierId: usageId, customerId: "c-1", direction: "debit", ...words },
        ...{ amount: Amount.of("30"), revertOf: usageId, refundOf: usageId },
        createdAt: new Date("2024-01-02T03:04:05.678Z"),
      },
    });
  });

  it("makes the id of another version a key", () => {
    const { id } = identityOf(orgId, olderId);
    expect(importedTransaction(orgId, row({ id: olderId, revertOf: olderId }))).toMatchObject({
      transaction: { id, key: olderId, frontierId: olderId, refundOf: id, revertOf: olderId },
    });
  });

  it.each([
    ["a type that is none", { type: null }, "refused"],
    ["an amount below 0", { amount: "-1" }, "refused"],
    ["metadata that is no object", { metadata: null }, "refused"],
    ["a time that is none", { createdAt: null }, "refused"],
    ["an amount of 0", { amount: "0" }, "empty"],
  ])("tells %s", (_what, fields, verdict) => {
    expect(Object.keys(importedTransaction(orgId, row(fields)))).toEqual([verdict]);
  });

  it("takes what a revert names for a charge only where it is an id", () => {
    expect(importedTransaction(orgId, row({ revertOf: "nonsense" }))).toMatchObject({
      transaction: { refundOf: null, revertOf: null },
    });
  });
});
