import { Amount } from "../../domain/amount.ts";
import { type ImportedTransaction, importedTransaction, planBookings } from "./bookings.ts";
import type { FrontierTransaction } from "./reading/rows.ts";
import type { BookingFacts } from "./writing/facts.ts";

const usageId = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";
const day = (n: number) => new Date(Date.UTC(2024, 0, n));

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

function transaction(fields: Partial<ImportedTransaction> = {}): ImportedTransaction {
  const words = { source: "api", description: "", userId: "", metadata: "{}" };
  return {
    ...{ id: usageId, customerId: "c-1", direction: "debit", amount: Amount.of("30"), refundOf: null },
    ...{ createdAt: day(1), ...words, ...fields },
  };
}

const revert = (id: string, amount: string, fields: Partial<ImportedTransaction> = {}) =>
  transaction({ id, direction: "credit", amount: Amount.of(amount), refundOf: usageId, ...fields });

function facts(known: Partial<BookingFacts> = {}): BookingFacts {
  const account = (accountId: string) => ({ accountId, newestAt: null });
  return {
    now: day(20),
    accounts: new Map(["c-1", "c-2"].map((id) => [id, account(`account of ${id}`)])),
    counters: new Map(["funding", "revenue"].map((role) => [role, account(role)])),
    present: new Map(),
    charges: new Map(),
    ...known,
  };
}

describe("importedTransaction", () => {
  it("reads a row, its time to the millisecond", () => {
    const read = importedTransaction(row({ revertOf: usageId.toUpperCase() }));
    expect(read).toEqual({
      transaction: transaction({ refundOf: usageId, createdAt: new Date("2024-01-02T03:04:05.678Z") }),
    });
  });

  it.each([
    ["a type that is none", { type: null }, "refused"],
    ["an amount below 0", { amount: "-1" }, "refused"],
    ["metadata that is no object", { metadata: null }, "refused"],
    ["a time that is none", { createdAt: null }, "refused"],
    ["an amount of 0", { amount: "0" }, "empty"],
  ])("tells %s", (_what, fields, verdict) => {
    expect(Object.keys(importedTransaction(row(fields)))).toEqual([verdict]);
  });

  it("takes what a revert names for a charge only where it is an id", () => {
    expect(importedTransaction(row({ revertOf: "nonsense" }))).toMatchObject({
      transaction: { refundOf: null },
    });
  });
});

describe("planBookings", () => {
  const kinds = (rows: readonly ImportedTransaction[], known = facts()) =>
    planBookings(rows, known).bookings.map(({ kind, refundOf }) =>
      refundOf === null ? kind : `${kind} of ${refundOf}`,
    );

  it("gives back a charge as long as there is something left of it", () => {
    expect(
      kinds([transaction(), revert("a", "20"), revert("b", "11"), revert("c", "10"), revert("d", "1")]),
    ).toEqual(["charge", `refund of ${usageId}`, "credit", `refund of ${usageId}`, "credit"]);
  });

  it("gives back a charge that was booked before, to its customer alone", () => {
    const charges = new Map([[usageId, { customerId: "c-1", left: Amount.of("5") }]]);
    expect(
      kinds(
        [revert("a", "5", { customerId: "c-2" }), revert("b", "5"), revert("c", "5")],
        facts({ charges }),
      ),
    ).toEqual(["credit", `refund of ${usageId}`, "credit"]);
  });

  it("knows what is booked by its id, and by account, direction and amount that it is the same", () => {
    const booked = {
      amount: Amount.of("30"),
      currency: "VC",
      fromAccountId: "account of c-1",
      toAccountId: "revenue",
    };
    const plan = (fields: Partial<ImportedTransaction>, present: typeof booked | undefined = booked) =>
      planBookings([transaction(fields)], facts({ present: new Map([[usageId, present]]) }));
    expect(plan({})).toEqual({ bookings: [], present: 1, redated: 0, refused: [] });
    for (const fields of [
      { customerId: "c-2" },
      { direction: "credit" },
      { amount: Amount.of("31") },
    ] as const)
      expect(plan(fields)).toMatchObject({ bookings: [], present: 0, refused: [{ id: usageId }] });
    const taken = planBookings([transaction()], facts({ present: new Map([[usageId, undefined]]) }));
    expect(taken).toMatchObject({ bookings: [], refused: [{ id: usageId }] });
  });

  it("never goes back in time on either account, nor ahead of the clock", () => {
    const counters = new Map([
      ["funding", { accountId: "funding", newestAt: day(5) }],
      ["revenue", { accountId: "revenue", newestAt: null }],
    ]);
    const rows = [
      transaction({ id: "a", createdAt: day(3) }),
      transaction({ id: "b", createdAt: day(4), direction: "credit" }),
      transaction({ id: "c", createdAt: day(4), customerId: "c-2" }),
      transaction({ id: "d", createdAt: day(4) }),
      transaction({ id: "e", createdAt: day(30) }),
    ];
    const { bookings, redated } = planBookings(rows, facts({ counters }));
    expect(bookings.map(({ createdAt }) => createdAt)).toEqual([day(3), day(5), day(4), day(5), day(20)]);
    expect(redated).toBe(3);
  });

  it("leaves out what is of an account that is not here", () => {
    const { refused } = planBookings([transaction({ customerId: "c-3" })], facts());
    expect(refused).toEqual([
      { about: "transaction", id: usageId, says: "is of billing account c-3, which is not here" },
    ]);
  });
});
