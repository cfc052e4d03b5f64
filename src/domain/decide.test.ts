import { type AccountState, balanceOf } from "./account.ts";
import { Amount } from "./amount.ts";
import { account, at, charge, command, credit, stateAfter, stateOf } from "./decide.fixture.ts";
import { decide, type LedgerState } from "./decide.ts";
import type { RefusalReason } from "./refusal.ts";
import type { Command, Verdict } from "./transfer.ts";

function customer(balance: string, fields: Partial<AccountState> = {}): AccountState {
  return account({ customerId: "c-1" }, { version: 1, funded: Amount.of(balance), ...fields });
}

/** The verdict on one command alone. */
function verdictOf(state: LedgerState, asked: Command): Verdict {
  const { verdicts } = decide(state, [asked]);
  if (verdicts[0] === undefined) throw new Error("no verdict");
  return verdicts[0];
}

/** Which transfers of a command are refused, and why. */
function refusals(verdict: Verdict | undefined): (readonly [number, RefusalReason])[] {
  if (verdict?.outcome !== "refused") return [];
  return verdict.refused.map(({ index, refusal }) => [index, refusal.reason] as const);
}

describe("a transfer that is booked", () => {
  it("has two opposite entries, each with its account after it", () => {
    const asked = charge("t-1", "30");
    const { verdicts, booked, accounts } = decide(stateOf(customer("100")), [command(asked)]);
    expect(booked).toEqual([
      {
        transfer: { ...asked, createdAt: at },
        from: { amount: Amount.of("-30"), account: customer("100", { version: 2, spent: Amount.of("30") }) },
        to: {
          amount: Amount.of("30"),
          account: account({ role: "revenue" }, { version: 1, funded: Amount.of("30") }),
        },
      },
    ]);
    expect(verdicts).toEqual([{ outcome: "booked", receipts: [{ ...booked[0], replay: false }] }]);
    expect(accounts).toEqual([booked[0]?.from.account, booked[0]?.to.account]);
  });

  it("credits a customer from funding, which nothing limits", () => {
    const { booked } = decide(stateOf(customer("0")), [command(credit("t-1", "1000"))]);
    expect(
      booked.map(({ from, to }) => [balanceOf(from.account).toString(), balanceOf(to.account).toString()]),
    ).toEqual([["-1000", "1000"]]);
  });
});

describe("what a charge may take", () => {
  it.each<[string, Partial<AccountState>, string, boolean]>([
    ["the whole balance", {}, "100", true],
    ["no more than it", {}, "100.000000001", false],
    ["more, down to a minimum balance below zero", { minimumBalance: Amount.of("-50") }, "150", true],
    ["no more than that", { minimumBalance: Amount.of("-50") }, "151", false],
    ["less, where a balance must be kept", { minimumBalance: Amount.of("50") }, "50", true],
    ["no more than leaves it", { minimumBalance: Amount.of("50") }, "51", false],
    ["not what a hold sets aside", { held: Amount.of("40") }, "61", false],
    ["all beside the hold", { held: Amount.of("40") }, "60", true],
    ["whatever it likes, where nothing limits", { minimumBalance: null }, "1000000", true],
  ])("is %s", (_, fields, amount, isBooked) => {
    const verdict = verdictOf(stateOf(customer("100", fields)), command(charge("t-1", amount)));
    expect(refusals(verdict)).toEqual(isBooked ? [] : [[0, "INSUFFICIENT_FUNDS"]]);
  });

  it("is told when it is too little", () => {
    const state = stateOf(customer("100", { held: Amount.of("10"), minimumBalance: Amount.of("-5") }));
    expect(verdictOf(state, command(charge("t-1", "96")))).toEqual({
      outcome: "refused",
      refused: [
        {
          index: 0,
          refusal: {
            reason: "INSUFFICIENT_FUNDS",
            customerId: "c-1",
            currency: "VC",
            available: Amount.of("95"),
            required: Amount.of("96"),
            minimumBalance: Amount.of("-5"),
          },
        },
      ],
    });
  });

  it("is nothing while the customer is disabled, who can still be credited", () => {
    const state = stateOf(customer("100", { enabled: false }));
    expect(refusals(verdictOf(state, command(charge("t-1", "1"))))).toEqual([[0, "CUSTOMER_DISABLED"]]);
    expect(verdictOf(state, command(credit("t-1", "1"))).outcome).toBe("booked");
  });

  it("is judged on one account of one currency", () => {
    const state = stateOf(customer("100"), customer("1", { currency: "USD", id: "in USD" }));
    expect(refusals(verdictOf(state, command(charge("t-1", "2", { currency: "USD" }))))).toEqual([
      [0, "INSUFFICIENT_FUNDS"],
    ]);
  });
});

describe("a total out of range", () => {
  const most = "9999999999999999999.999999999";

  it("is refused on the customer's side and on the counter-account's", () => {
    const full = stateOf(customer(most));
    expect(refusals(verdictOf(full, command(credit("t-1", "0.000000001"))))).toEqual([
      [0, "BALANCE_OUT_OF_RANGE"],
    ]);
    const twoRich = stateOf(customer(most), account({ customerId: "c-2" }, { funded: Amount.of(most) }));
    const both = decide(twoRich, [
      command(charge("t-1", most)),
      command(charge("t-2", most, { customerId: "c-2" })),
    ]);
    expect(both.verdicts.map(refusals)).toEqual([[], [[0, "BALANCE_OUT_OF_RANGE"]]]);
  });
});

describe("a key that is known", () => {
  const first = decide(stateOf(customer("100")), [command(charge("t-1", "30"))]);
  const state = stateAfter(stateOf(customer("100")), first);

  it("gets the first receipt again, and nothing is booked", () => {
    const again = decide(state, [command(charge("t-1", "30"))]);
    expect(again.verdicts).toEqual([{ outcome: "booked", receipts: [{ ...first.booked[0], replay: true }] }]);
    expect([again.booked, again.accounts]).toEqual([[], []]);
  });

  it("gets it even where the balance no longer covers it, or the customer is disabled", () => {
    const later = stateAfter(state, decide(state, [command(charge("t-2", "70"))]));
    const disabled = new Map(later.accounts).set("c-1/VC", customer("0", { enabled: false }));
    expect(verdictOf({ ...later, accounts: disabled }, command(charge("t-1", "30")))).toMatchObject({
      receipts: [{ replay: true }],
    });
  });

  it("is refused with other content, naming each field that differs", () => {
    expect(verdictOf(state, command(charge("t-1", "31", { source: "api" })))).toEqual({
      outcome: "refused",
      refused: [
        { index: 0, refusal: { reason: "KEY_CONFLICT", transferId: "t-1", differing: ["amount", "source"] } },
      ],
    });
  });

  it("is known to the commands after it in the same batch", () => {
    const { verdicts, booked } = decide(stateOf(customer("100")), [
      command(charge("t-1", "30")),
      command(charge("t-1", "30")),
      command(charge("t-1", "31")),
    ]);
    expect(verdicts[1]).toMatchObject({ outcome: "booked", receipts: [{ replay: true }] });
    expect(refusals(verdicts[2])).toEqual([[0, "KEY_CONFLICT"]]);
    expect(booked).toHaveLength(1);
  });

  it("is free again where it was refused", () => {
    const { verdicts } = decide(stateOf(customer("10")), [
      command(charge("t-1", "30")),
      command(credit("t-2", "20")),
      command(charge("t-1", "30")),
    ]);
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(["refused", "booked", "booked"]);
    expect(verdicts[2]).toMatchObject({ receipts: [{ replay: false }] });
  });
});

describe("a group", () => {
  it("sees its own transfers in order", () => {
    const asked = command(credit("t-1", "50"), charge("t-2", "50"), charge("t-3", "1"));
    expect(refusals(verdictOf(stateOf(customer("0")), asked))).toEqual([[2, "INSUFFICIENT_FUNDS"]]);
  });

  it("lands whole or not at all, and is told all that stands in its way", () => {
    const state = stateOf(customer("100"), account({ customerId: "c-2" }, { enabled: false }));
    const { verdicts, booked, accounts } = decide(state, [
      command(
        charge("t-1", "60"),
        charge("t-2", "60"),
        charge("t-3", "1", { customerId: "c-2" }),
        charge("t-4", "40"),
      ),
    ]);
    expect(refusals(verdicts[0])).toEqual([
      [1, "INSUFFICIENT_FUNDS"],
      [2, "CUSTOMER_DISABLED"],
    ]);
    expect([booked, accounts]).toEqual([[], []]);
  });

  it("does not take the same id twice, with the same content or other", () => {
    const state = stateOf(customer("100"));
    expect(refusals(verdictOf(state, command(charge("t-1", "1"), charge("t-1", "1"))))).toEqual([
      [1, "KEY_REUSED"],
    ]);
    expect(refusals(verdictOf(state, command(charge("t-1", "1"), charge("t-1", "2"))))).toEqual([
      [1, "KEY_CONFLICT"],
    ]);
  });

  it("is a replay as a whole, and refused where only part of it is known", () => {
    const group = command(charge("t-1", "1"), charge("t-2", "2"));
    const state = stateAfter(stateOf(customer("100")), decide(stateOf(customer("100")), [group]));
    expect(verdictOf(state, group)).toMatchObject({ receipts: [{ replay: true }, { replay: true }] });
    const mixed = command(charge("t-3", "3"), charge("t-2", "2"), charge("t-1", "9"));
    expect(refusals(verdictOf(state, mixed))).toEqual([
      [1, "KEY_REUSED"],
      [2, "KEY_CONFLICT"],
    ]);
  });
});

it("fails loudly on an account that was not loaded", () => {
  expect(() => verdictOf(stateOf(), command(charge("t-1", "1")))).toThrow(
    "account c-1/VC was not loaded with its batch",
  );
});
