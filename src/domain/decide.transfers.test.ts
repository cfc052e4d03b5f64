import { type AccountState, balanceOf } from "./account.ts";
import { Amount } from "./amount.ts";
import type { Operation } from "./command.ts";
import {
  account,
  adjustment,
  at,
  charge,
  command,
  credit,
  customer,
  hold,
  stateOf,
  transferTo,
} from "./decide.fixture.ts";
import { decide } from "./decide.ts";
import { changeOf, moneyOf, refusals, stateWith, verdictOf } from "./verdict.fixture.ts";

describe("a transfer that is done", () => {
  it("has two opposite entries, each with its account after it", () => {
    const asked = charge("t-1", "30");
    const { verdicts, done, accounts } = decide(stateOf(customer("100")), [command(asked)]);
    const payer = customer("100", { version: 2, spent: Amount.of("30") });
    const { type: _, ...content } = asked;
    const booked = {
      transfer: expect.objectContaining({ ...content, refundOf: null, holdId: null, createdAt: at }),
      from: { amount: Amount.of("-30"), account: payer },
      to: {
        amount: Amount.of("30"),
        account: account({ role: "revenue" }, { version: 1, funded: Amount.of("30") }),
      },
    };
    const change = {
      id: "t-1",
      booked,
      hold: null,
      account: payer,
      posted: Amount.of("-30"),
      held: Amount.zero,
      at,
    };
    expect(done).toEqual([{ operation: asked, change }]);
    expect(verdicts).toEqual([{ outcome: "done", receipts: [{ change, replay: false }] }]);
    expect(accounts).toEqual([booked.from.account, booked.to.account]);
  });

  it("credits a customer from funding, which nothing limits", () => {
    const { from, to } = changeOf(stateOf(customer("0")), credit("t-1", "1000")).booked ?? {};
    expect([from, to].map((entry) => entry && String(balanceOf(entry.account)))).toEqual(["-1000", "1000"]);
  });

  it.each<[string, Operation, string, string]>([
    ["a credit is funded", credit("t-1", "7"), "107", "10"],
    ["a charge is spent", charge("t-1", "7"), "100", "17"],
    ["an adjustment up is spent no more", adjustment("t-1", "7"), "100", "3"],
    ["an adjustment down is spent", adjustment("t-1", "-7"), "100", "17"],
  ])("%s", (_, operation, funded, spent) => {
    const { account: after } = changeOf(stateOf(customer("100", { spent: Amount.of("10") })), operation);
    expect([String(after.funded), String(after.spent)]).toEqual([funded, spent]);
  });

  it("between customers is spent by one and funds the other", () => {
    const state = stateOf(customer("100"), account({ customerId: "c-2" }));
    const later = stateWith(state, transferTo("t-1", "c-2", "30"));
    expect([moneyOf(later).posted, moneyOf(later, "c-2/VC").posted]).toEqual(["70", "30"]);
    expect(refusals(verdictOf(later, command(transferTo("t-2", "c-2", "71"))))).toEqual([
      [0, "INSUFFICIENT_FUNDS"],
    ]);
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
    expect(verdictOf(state, command(credit("t-1", "1"))).outcome).toBe("done");
  });

  it("is nothing once the customer is deleted, to whom nothing can be given either", () => {
    const state = stateOf(customer("100", { enabled: false, deleted: true }));
    for (const operation of [charge("t-1", "1"), credit("t-1", "1"), hold("t-1", "1")]) {
      expect(refusals(verdictOf(state, command(operation)))).toEqual([[0, "CUSTOMER_DELETED"]]);
    }
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

it("fails loudly on an account that was not loaded", () => {
  expect(() => verdictOf(stateOf(), command(charge("t-1", "1")))).toThrow(
    "account c-1/VC was not loaded with its batch",
  );
});
