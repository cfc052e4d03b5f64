import { type AccountState, balanceOf } from "./account.ts";
import { Amount, amountDigitsMax, totalDigitsMax } from "./amount.ts";
import type { Operation } from "./asked-operation.ts";
import {
  account,
  adjustment,
  asker,
  at,
  charge,
  command,
  credit,
  customer,
  hold,
  refund,
  reversal,
  stateOf,
  transferTo,
} from "./decide.fixture.ts";
import { decide } from "./decide.ts";
import { accountAfter } from "./state.fixture.ts";
import {
  moneyOf,
  receiptOf,
  recordedOf,
  refusalOf,
  refusals,
  stateWith,
  verdictOf,
} from "./verdict.fixture.ts";

describe("a transfer that is done", () => {
  it("has two sides, each with its account after it", () => {
    const words = {
      key: "k",
      source: "api",
      description: "30 calls",
      userId: "u-1",
      metadata: { plan: "gold" },
    };
    const { verdicts, done, accounts } = decide(stateOf(customer("100")), [
      command(charge("t-1", "30", words)),
    ]);
    const payer = customer("100", { version: 2, sequence: 2, spent: Amount.of("30") });
    const payee = account({ counter: "revenue" }, { version: 1, sequence: 1, funded: Amount.of("30") });
    const recorded = {
      ...{ id: "t-1", ...words, kind: "charge", amount: Amount.of("30"), currency: "VC", asked: null },
      ...{ refersTo: null, returned: null, hold: null },
      from: { account: payer, at },
      to: { account: payee, at },
      createdBy: asker.actor,
      createdAt: at,
    };
    expect(done).toEqual([recorded]);
    expect(verdicts).toEqual([{ outcome: "done", receipts: [{ recorded, hold: null, replay: false }] }]);
    expect(accounts).toEqual([payer, payee]);
  });

  it("credits a customer from funding, which nothing limits", () => {
    const { from, to } = recordedOf(stateOf(customer("0")), credit("t-1", "1000"));
    expect([from, to].map((side) => side && String(balanceOf(side.account)))).toEqual(["-1000", "1000"]);
  });

  it.each<[string, Operation, string, string]>([
    ["a credit is funded", credit("t-1", "7"), "107", "10"],
    ["a charge is spent", charge("t-1", "7"), "100", "17"],
    ["an adjustment up is spent no more", adjustment("t-1", "7"), "100", "3"],
    ["an adjustment down is spent", adjustment("t-1", "-7"), "100", "17"],
  ])("%s", (_, operation, funded, spent) => {
    const recorded = recordedOf(stateOf(customer("100", { spent: Amount.of("10") })), operation);
    const after = accountAfter(recorded);
    expect([String(after.funded), String(after.spent), String(after.withdrawn)]).toEqual([
      funded,
      spent,
      "0",
    ]);
  });

  it("between customers is spent by one and funds the other", () => {
    const state = stateOf(customer("100"), account({ customerId: "c-2" }));
    const later = stateWith(state, transferTo("t-1", "c-2", "30"));
    expect([moneyOf(later).posted, moneyOf(later, "c-2").posted]).toEqual(["70", "30"]);
    expect(refusals(verdictOf(later, command(transferTo("t-2", "c-2", "71"))))).toEqual([
      [0, "INSUFFICIENT_FUNDS"],
    ]);
  });

  it("to the payer itself is refused", () => {
    const state = stateOf(customer("100"));
    expect(refusals(verdictOf(state, command(transferTo("t-1", "c-1", "1"))))).toEqual([
      [0, "SAME_CUSTOMER"],
    ]);
  });
});

describe("a charge of nothing", () => {
  it("books nothing, and its key is known", () => {
    const state = stateOf(customer("100"));
    const { recorded } = receiptOf(state, charge("t-1", "0"));
    expect(recorded).toMatchObject({ to: null, kind: "charge" });
    const later = stateWith(state, charge("t-1", "0"));
    expect(accountAfter(recorded)).toMatchObject({ version: 1, sequence: 2 });
    expect(moneyOf(later)).toEqual(moneyOf(state));
    expect(verdictOf(later, command(charge("t-1", "0.00")))).toMatchObject({ receipts: [{ replay: true }] });
    expect(verdictOf(later, command(charge("t-1", "0", { counter: "tax" })))).toMatchObject({
      refused: [{ refusal: { reason: "KEY_CONFLICT", differing: ["counter_account"] } }],
    });
  });

  it("needs nothing, however far below its limit the account is", () => {
    const owing = stateOf(customer("-5"));
    expect(refusalOf(owing, charge("t-1", "0"))).toBeUndefined();
    expect(refusalOf(owing, charge("t-1", "1"))).toMatchObject({ reason: "INSUFFICIENT_FUNDS" });
  });

  it("can not be given back", () => {
    const later = stateWith(stateOf(customer("100")), charge("t-1", "0"));
    expect(refusals(verdictOf(later, command(refund(later, "r-1", "t-1"))))).toEqual([
      [0, "REFUND_TOO_LARGE"],
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
    ["not what was taken back", { withdrawn: Amount.of("40") }, "61", false],
    ["whatever it likes, where nothing limits", { minimumBalance: null }, "1000000", true],
  ])("is %s", (_, fields, amount, isBooked) => {
    const state = stateOf(customer("100", fields));
    // In a currency with places, so that the places of the amount are not what is refused.
    const usd = { ...state, accounts: new Map(state.accounts) };
    const own = customer("100", { ...fields, currency: "USD" });
    usd.accounts.set(own.key, own);
    const revenue = account({ counter: "revenue" }, { currency: "USD" });
    usd.accounts.set(revenue.key, revenue);
    const verdict = verdictOf(usd, command(charge("t-1", amount, { currency: "USD" })));
    expect(refusals(verdict)).toEqual(isBooked ? [] : [[0, "INSUFFICIENT_FUNDS"]]);
  });

  it("is told when it is too little", () => {
    const state = stateOf(customer("100", { held: Amount.of("10"), minimumBalance: Amount.of("-5") }));
    const because = {
      reason: "INSUFFICIENT_FUNDS",
      customerId: "c-1",
      currency: "VC",
      available: Amount.of("95"),
      required: Amount.of("106"),
      minimumBalance: Amount.of("-5"),
      held: Amount.of("10"),
      freeInMs: null,
    };
    expect(verdictOf(state, command(charge("t-1", "106")))).toEqual({
      outcome: "refused",
      refused: [{ index: 0, refusal: because }],
    });
  });

  it("is nothing while the customer is disabled, who can still be credited", () => {
    const state = stateOf(customer("100", { customer: "disabled" }));
    for (const operation of [charge("t-1", "1"), charge("t-1", "0"), adjustment("t-1", "-1")])
      expect(refusals(verdictOf(state, command(operation)))).toEqual([[0, "CUSTOMER_DISABLED"]]);
    expect(verdictOf(state, command(credit("t-1", "1"))).outcome).toBe("done");
  });

  it("is judged on one account of one currency", () => {
    const state = stateOf(customer("100"), customer("1", { currency: "USD" }));
    expect(refusals(verdictOf(state, command(charge("t-1", "2", { currency: "USD" }))))).toEqual([
      [0, "INSUFFICIENT_FUNDS"],
    ]);
  });
});

describe("what is out of range", () => {
  const usd = { currency: "USD" };
  const [most, least] = [Amount.largest(amountDigitsMax), "0.000000001"];
  const mostTotal = Amount.largest(totalDigitsMax);
  const outOfRange = (largest: Amount) => ({
    reason: "BALANCE_OUT_OF_RANGE",
    currency: "USD",
    most: largest,
  });

  it("is a customer's balance of more than 19 digits, on either side of zero", () => {
    const full = stateOf(customer(`${most}`, usd));
    expect(refusalOf(full, credit("t-1", least, usd))).toEqual(outOfRange(most));
    expect(refusalOf(full, adjustment("t-1", least, usd))).toEqual(outOfRange(most));
    const boundless = { minimumBalance: most.negated().minus(most) };
    const owing = stateOf(customer(`${most.negated()}`, { ...boundless, ...usd }));
    expect(refusalOf(owing, charge("t-1", least, usd))).toEqual(outOfRange(most));
  });

  it("is a balance of which whoever asks could not be told, on either side of zero; up to it all is done", () => {
    const told = { balanceMost: Amount.of("10"), ...usd };
    const state = stateOf(customer("9", { minimumBalance: Amount.of("-20"), ...usd }));
    expect(refusalOf(state, credit("t-1", "1.000000001", told))).toEqual(outOfRange(Amount.of("10")));
    expect(refusalOf(state, charge("t-1", "19.000000001", told))).toEqual(outOfRange(Amount.of("10")));
    const upToIt = [credit("t-1", "1", told), charge("t-2", "20", told), credit("t-3", "20", told)];
    const beyond = [credit("t-4", "1", told), credit("t-5", "1", usd)];
    const decision = decide(
      state,
      [...upToIt, ...beyond].map((operation) => command(operation)),
    );
    expect(decision.verdicts.map(refusals)).toEqual([[], [], [], [[0, "BALANCE_OUT_OF_RANGE"]], []]);
    expect(`${decision.done.at(-1)?.to?.account.funded}`).toBe("31");
  });

  it("is no total of as many, on neither side", () => {
    const other = account({ customerId: "c-2" }, { funded: most, ...usd });
    const both = decide(stateOf(customer(`${most}`, usd), other), [
      command(charge("t-1", `${most}`, usd)),
      command(charge("t-2", `${most}`, { customerId: "c-2", ...usd })),
      command(credit("t-3", `${most}`, usd)),
    ]);
    expect(both.verdicts.map(refusals)).toEqual([[], [], []]);
    const [first, second, third] = both.done;
    expect([first, second].map((done) => `${done?.to?.account.funded}`)).toEqual([
      "9999999999999999999.999999999",
      "19999999999999999999.999999998",
    ]);
    expect(third?.to?.account).toMatchObject({ funded: most.plus(most), spent: most });
  });

  it.each(["funded", "spent", "withdrawn"] as const)("is %s of more than 29", (total) => {
    const even = total === "funded" ? { spent: mostTotal } : { funded: mostTotal };
    const state = stateOf(
      customer("0", { ...usd, minimumBalance: most.negated(), ...even, [total]: mostTotal }),
    );
    const given = stateWith(stateOf(customer("0", usd)), credit("c", "1", usd)).known;
    const operation = {
      funded: credit("t-1", least, usd),
      spent: charge("t-1", least, usd),
      withdrawn: reversal({ ...state, known: given }, "t-1", "c", { amount: Amount.of(least) }),
    }[total];
    expect(refusalOf(state, operation)).toEqual(outOfRange(mostTotal));
  });

  it("is a counter-account's total of more than 29, and nothing else of it", () => {
    const revenue = account({ counter: "revenue" }, { funded: mostTotal, spent: most.negated(), ...usd });
    const state = stateOf(customer("1", usd));
    const full = { ...state, accounts: new Map(state.accounts).set(revenue.key, revenue) };
    expect(refusalOf(full, charge("t-1", "1", usd))).toEqual(outOfRange(mostTotal));
    const room = { ...revenue, funded: mostTotal.minus(Amount.of("1")) };
    const open = { ...state, accounts: new Map(state.accounts).set(revenue.key, room) };
    expect(refusals(verdictOf(open, command(charge("t-1", "1", usd))))).toEqual([]);
  });

  it("is what a customer holds of more than 19", () => {
    const state = stateOf(customer(`${most}`, { ...usd, minimumBalance: most.negated() }));
    const held = stateWith(state, hold("h-1", `${most}`, usd));
    expect(refusalOf(held, hold("h-2", least, usd))).toEqual(outOfRange(most));
  });
});

describe("a customer whom nobody knows", () => {
  const nobody = { text: "nobody@example.com", id: undefined, everNamed: [] };

  it("is not found, by the name that the request used", () => {
    const state = stateOf(customer("100"));
    const unknown = { reason: "NOT_FOUND", resource: "customer", name: "nobody@example.com" };
    const asked = [
      charge("t-1", "1", { customer: nobody, own: undefined }),
      hold("h-1", "1", { customer: nobody, own: undefined }),
      transferTo("t-1", "c-2", "1", { other: { customer: nobody }, opposite: undefined }),
    ];
    for (const operation of asked)
      expect(verdictOf(state, command(operation))).toMatchObject({ refused: [{ refusal: unknown }] });
  });

  it("is not found by an id either that has no account and no row", () => {
    expect(verdictOf(stateOf(), command(charge("t-1", "1")))).toMatchObject({
      refused: [{ refusal: { reason: "NOT_FOUND", resource: "customer", name: "c-1" } }],
    });
  });
});

it("fails loudly on an account that was not loaded", () => {
  const charged = stateWith(stateOf(customer("100")), charge("t-1", "1"));
  const others = new Map([...charged.accounts].filter(([key]) => key !== "customer/c-1/VC"));
  expect(() => verdictOf({ ...charged, accounts: others }, command(refund(charged, "r-1", "t-1")))).toThrow(
    "account customer/c-1/VC was not loaded with its batch",
  );
});
