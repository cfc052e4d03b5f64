import { type AccountRef, type AccountState, counterAccount, customerAccount } from "../../domain/account.ts";
import { Amount } from "../../domain/amount.ts";
import type { Operation } from "../../domain/asked-operation.ts";
import { differingFields } from "../../domain/content.ts";
import { planBookings } from "./bookings.ts";
import type { ImportedTransaction } from "./transactions.ts";
import type { BookingFacts, PresentOperation } from "./writing/facts.ts";

const usageId = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";
const day = (n: number) => new Date(Date.UTC(2024, 0, n));
const never = new Date(-8.64e15);

function transaction(fields: Partial<ImportedTransaction> = {}): ImportedTransaction {
  const id = fields.id ?? usageId;
  return {
    ...{ id, key: "", frontierId: id, customerId: "c-1", direction: "debit", amount: Amount.of("30") },
    ...{ source: "api", description: "", userId: "", metadata: "{}", revertOf: null, refundOf: null },
    createdAt: day(1),
    ...fields,
  };
}

const revert = (id: string, amount: string, fields: Partial<ImportedTransaction> = {}) =>
  transaction({ id, direction: "credit", amount: Amount.of(amount), refundOf: usageId, ...fields });

function account({ key, owner, currency }: AccountRef, fields: Partial<AccountState> = {}): AccountState {
  const isCounter = "counter" in owner;
  return {
    ...{ id: `id of ${key}`, key, owner, currency, isNew: false, version: 0, sequence: 0 },
    ...{ funded: Amount.zero, spent: Amount.zero, withdrawn: Amount.zero, held: Amount.zero },
    ...{ overdue: Amount.zero, dueAt: null, newestAt: never, captureOverdraft: null },
    ...{ minimumBalance: isCounter ? null : Amount.zero, customer: isCounter ? null : "active" },
    ...fields,
  };
}

const own = customerAccount("c-1", "VC");
const [funding, revenue] = [counterAccount("funding", "VC"), counterAccount("revenue", "VC")];

function facts(known: Partial<BookingFacts> = {}, ...accounts: AccountState[]): BookingFacts {
  const all = [own, customerAccount("c-2", "VC"), funding, revenue].map((ref) => account(ref));
  return {
    now: day(20),
    accounts: new Map([...all, ...accounts].map((each) => [each.key, each])),
    present: new Map(),
    charges: new Map(),
    ...known,
  };
}

describe("planBookings", () => {
  const kinds = (rows: readonly ImportedTransaction[], known = facts()) =>
    planBookings(rows, known).bookings.map(({ kind, refersTo, returned }) =>
      refersTo === null ? kind : `${kind} of ${refersTo}: ${returned}`,
    );

  it("gives back a charge as long as there is something left of it, and says how much in all", () => {
    expect(
      kinds([transaction(), revert("a", "20"), revert("b", "11"), revert("c", "10"), revert("d", "1")]),
    ).toEqual(["charge", `refund of ${usageId}: 20`, "credit", `refund of ${usageId}: 30`, "credit"]);
  });

  it("gives back a charge that was booked before, to its customer alone", () => {
    const charge = { customerId: "c-1", amount: Amount.of("7"), returned: Amount.of("2") };
    expect(
      kinds(
        [revert("a", "5", { customerId: "c-2" }), revert("b", "5"), revert("c", "5")],
        facts({ charges: new Map([[usageId, charge]]) }),
      ),
    ).toEqual(["credit", `refund of ${usageId}: 7`, "credit"]);
  });

  it("counts versions and sequences on, and totals up, from where the accounts stand", () => {
    const totals = { funded: Amount.of("100"), spent: Amount.of("40"), withdrawn: Amount.of("5") };
    const before = account(own, { version: 3, sequence: 7, ...totals, held: Amount.of("1") });
    const { bookings, changed } = planBookings(
      [transaction(), revert("a", "20"), transaction({ id: "b", direction: "credit" })],
      facts({}, before),
    );
    const sides = bookings.map(({ kind, from, to }) => {
      const [customer, counter] = kind === "charge" ? [from.account, to.account] : [to.account, from.account];
      const { version, sequence, funded, spent, withdrawn, held } = customer;
      return {
        customer: [version, sequence, ...[funded, spent, withdrawn, held].map(String)],
        counter: [counter.version, counter.sequence, String(counter.funded), String(counter.spent)],
      };
    });
    expect(sides).toEqual([
      { customer: [4, 8, "100", "70", "5", "1"], counter: [1, 1, "30", "0"] },
      { customer: [5, 9, "100", "50", "5", "1"], counter: [2, 2, "30", "20"] },
      { customer: [6, 10, "130", "50", "5", "1"], counter: [1, 1, "0", "30"] },
    ]);
    expect(
      changed.map(({ before: { version }, after, firstAt }) => [after.key, version, after.version, firstAt]),
    ).toEqual([
      [own.key, 3, 6, day(1)],
      [revenue.key, 0, 2, day(1)],
      [funding.key, 0, 1, day(1)],
    ]);
  });

  it("knows what is booked by its id, and by customer, direction and amount that it is the same", () => {
    const booked: PresentOperation = {
      ...{ kind: "charge", amount: Amount.of("30"), currency: "VC", customerId: "c-1" },
    };
    const plan = (fields: Partial<ImportedTransaction>, present: Partial<PresentOperation> = {}) =>
      planBookings(
        [transaction(fields)],
        facts({ present: new Map([[usageId, { ...booked, ...present }]]) }),
      );
    expect(plan({})).toEqual({ bookings: [], changed: [], present: 1, redated: 0, refused: [] });
    for (const fields of [
      { customerId: "c-2" },
      { direction: "credit" },
      { amount: Amount.of("31") },
    ] as const)
      expect(plan(fields)).toMatchObject({ bookings: [], present: 0, refused: [{ id: usageId }] });
    for (const present of [{ kind: "hold" }, { currency: "USD" }] as const)
      expect(plan({}, present)).toMatchObject({ bookings: [], present: 0, refused: [{ id: usageId }] });
  });

  it("goes back in time on neither account, nor ahead of the clock, and keeps one account's time from another", () => {
    const rows = [
      transaction({ id: "a", createdAt: day(3) }),
      transaction({ id: "b", createdAt: day(2), customerId: "c-2" }),
      transaction({ id: "c", createdAt: day(2) }),
      transaction({ id: "d", createdAt: day(30) }),
    ];
    const { bookings, redated } = planBookings(rows, facts({}, account(revenue, { newestAt: day(5) })));
    expect(bookings.map(({ createdAt, from, to }) => [createdAt, from.at, to.at])).toEqual([
      [day(3), day(3), day(5)],
      [day(2), day(2), day(5)],
      [day(2), day(3), day(5)],
      [day(20), day(20), day(20)],
    ]);
    expect(redated).toBe(2);
  });

  it("leaves out what is of an account that is not here, or makes a total too large, and books the rest", () => {
    const huge = transaction({ id: "a", direction: "credit", amount: Amount.of("9223372036854775807") });
    const rows = [
      transaction({ customerId: "c-3" }),
      huge,
      { ...huge, frontierId: "b", id: "b" },
      transaction(),
    ];
    const { refused, bookings } = planBookings(rows, facts());
    expect(refused).toEqual([
      { about: "transaction", id: usageId, says: "is of billing account c-3, which is not here" },
      {
        about: "transaction",
        id: "b",
        says: "would make a balance of more than 19 digits, or a total of more than 29",
      },
    ]);
    expect(bookings.map(({ from }) => from.account.version)).toEqual([1, 2]);
  });
});

describe("a usage that was imported", () => {
  const [booked] = planBookings(
    [transaction({ description: "tokens", userId: "u", metadata: '{"b":1,"a":[2]}' })],
    facts(),
  ).bookings;
  if (booked === undefined) throw new Error("a usage was not booked");
  const known = { ...booked, metadata: JSON.parse(booked.metadata), hold: null };
  const reported: Operation = {
    type: "transfer",
    id: usageId,
    key: "",
    kind: "charge",
    amount: Amount.of("30"),
    currency: "VC",
    customer: { text: "c-1", id: "c-1", everNamed: [] },
    isPaying: true,
    other: { counter: "revenue" },
    ...{ source: "api", description: "tokens", userId: "u", metadata: { a: [2], b: 1 } },
    ...{ own, opposite: revenue },
  };

  it("is known when its client reports it again over Frontier's interface", () => {
    expect(differingFields(known, reported)).toEqual([]);
  });

  it("differs where another amount is reported", () => {
    expect(differingFields(known, { ...reported, amount: Amount.of("31") })).toEqual(["amount"]);
  });
});
