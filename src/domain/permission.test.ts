import { Amount } from "./amount.ts";
import type { Operation } from "./asked-operation.ts";
import type { CurrencyBook, CurrencyTerms } from "./currency.ts";
import {
  account,
  adjustment,
  capture,
  charge,
  credit,
  customer,
  hold,
  refund,
  release,
  reversal,
  stateOf,
  transferTo,
} from "./decide.fixture.ts";
import { placeOfHold } from "./due-holds.ts";
import { refusalOfCurrency } from "./permission.ts";
import { refusalOf, stateWith } from "./verdict.fixture.ts";

function book(terms: Record<string, Partial<CurrencyTerms>>): CurrencyBook {
  const configured = Object.entries(terms).map(
    ([code, each]) => [code, { places: 2, isActive: true, minimumTopUp: Amount.zero, ...each }] as const,
  );
  const usable = configured.filter(([, { isActive }]) => isActive).map(([code]) => code);
  return { hasAny: configured.length > 0, usable, configured: new Map(configured) };
}

const none = book({});
const ten = Amount.of("10");
const third = Amount.of("0.333");
const unusable = (usable: string[]) => ({ reason: "CURRENCY_NOT_USABLE", currency: "USD", usable });

describe("an amount in a currency", () => {
  it("may be booked where it has no more places than the currency, configured or known", () => {
    expect(refusalOfCurrency(none, { currency: "USD", amount: third })).toBeUndefined();
    expect(
      refusalOfCurrency(book({ USD: { places: 3 } }), { currency: "USD", amount: third }),
    ).toBeUndefined();
    const refusal = { reason: "TOO_MANY_PLACES", places: 2, required: third };
    expect(refusalOfCurrency(book({ USD: {} }), { currency: "USD", amount: third })).toMatchObject(refusal);
    expect(refusalOfCurrency(none, { currency: "VC", amount: third })).toMatchObject({ places: 0 });
  });

  it("may not where there is no such currency, others are configured, or it is inactive", () => {
    const asked = { currency: "USD", amount: ten };
    expect(refusalOfCurrency(none, { currency: "ABC", amount: ten })).toMatchObject({
      reason: "CURRENCY_NOT_USABLE",
      usable: null,
    });
    expect(refusalOfCurrency(book({ EUR: {} }), asked)).toEqual(unusable(["EUR"]));
    expect(refusalOfCurrency(book({ USD: { isActive: false } }), asked)).toEqual(unusable([]));
  });

  it("may leave whatever became of the currency, where it is the whole balance", () => {
    const payer = customer("0.333", { currency: "USD" });
    for (const currencies of [book({ EUR: {} }), book({ USD: { isActive: false } }), book({ USD: {} })]) {
      expect(refusalOfCurrency(currencies, { currency: "USD", amount: third, payer })).toBeUndefined();
      expect(
        refusalOfCurrency(currencies, { currency: "USD", amount: Amount.of("0.111"), payer }),
      ).toBeDefined();
    }
  });

  it("is no whole balance where there is none", () => {
    const payer = customer("0", { currency: "USD" });
    expect(refusalOfCurrency(book({ EUR: {} }), { currency: "USD", amount: Amount.zero, payer })).toEqual(
      unusable(["EUR"]),
    );
  });
});

describe("a currency that may no longer be used", () => {
  const usd = { currency: "USD" };
  const before = stateWith(
    stateOf(customer("100", usd), account({ customerId: "c-2" }, usd)),
    credit("c-0", "10", usd),
    charge("t-0", "20", usd),
    hold("h-1", "30", usd),
  );
  const on = { ...capture("k-1", "h-1").on };
  const account1 = before.accounts.get("customer/c-1/USD");
  if (account1 === undefined || on.counter === undefined) throw new Error("no account");
  const ofUsd = {
    on: { account: { ...account1 }, counter: { ...on.counter, currency: "USD", key: "counter/revenue/USD" } },
  };

  describe.each([
    ["others are configured", book({ EUR: {} })],
    ["it is inactive", book({ USD: { isActive: false } })],
  ])("because %s", (_, currencies) => {
    const state = { ...before, currencies };

    it("takes nothing new", () => {
      for (const operation of [
        credit("x", "1", usd),
        charge("x", "1", usd),
        charge("x", "0", usd),
        adjustment("x", "1", usd),
        adjustment("x", "-1", usd),
        hold("x", "1", usd),
        transferTo("x", "c-2", "1", usd),
        transferTo("x", "c-2", "90", usd),
      ]) {
        expect(refusalOf(state, operation)).toEqual(unusable([...currencies.usable]));
      }
    });

    it("lets refunds, captures, releases and reversals through", () => {
      for (const operation of [
        refund(state, "x", "t-0"),
        reversal(state, "x", "c-0"),
        { ...capture("x", "h-1"), ...ofUsd },
        { ...release("x", "h-1"), ...ofUsd },
      ]) {
        expect(refusalOf(state, operation)).toBeUndefined();
      }
    });

    it("lets the whole balance leave", () => {
      const free = { ...stateWith(before, { ...release("l-1", "h-1"), ...ofUsd }), currencies };
      for (const operation of [charge("x", "90", usd), adjustment("x", "-90", usd), hold("x", "90", usd)])
        expect(refusalOf(free, operation)).toBeUndefined();
    });
  });
});

describe("parts of what was booked before its currency had fewer places", () => {
  const usd = { currency: "USD" };
  const of = (text: string) => ({ amount: Amount.of(text) });
  const ofUsd = { on: placeOfHold({ customerId: "c-1", ...usd }) };
  const before = stateWith(
    stateOf(customer("0", { funded: Amount.zero, ...usd })),
    credit("c-0", "10.005", usd),
    charge("t-0", "3.003", usd),
    hold("h-1", "2.002", usd),
  );
  const state = { ...before, currencies: book({ USD: {} }) };

  it.each<[string, (id: string, amount: string) => Operation, string]>([
    ["a refund", (id, amount) => refund(state, id, "t-0", of(amount)), "2.003"],
    ["a reversal", (id, amount) => reversal(state, id, "c-0", { ...of(amount), debt: "any" }), "9.005"],
    ["a capture", (id, amount) => capture(id, "h-1", { ...of(amount), ...ofUsd }), "1.002"],
  ])("have the places that it has now, but for all that is left: %s", (_, part, left) => {
    expect(refusalOf(state, part("x", "0.001"))).toMatchObject({ reason: "TOO_MANY_PLACES", places: 2 });
    const later = stateWith(state, part("x-1", "1"));
    expect(refusalOf(later, part("x-2", "1.001"))).toMatchObject({ reason: "TOO_MANY_PLACES" });
    expect(refusalOf(later, part("x-2", left))).toBeUndefined();
  });

  it("have them in a capture that goes into debt, too", () => {
    const asked = capture("x", "h-1", { ...of("2.003"), overage: "allow_debt", ...ofUsd });
    expect(refusalOf(state, asked)).toMatchObject({ reason: "TOO_MANY_PLACES" });
  });
});

it("a top-up below the least that may be added is refused", () => {
  const state = {
    ...stateOf(customer("0", { currency: "USD" })),
    currencies: book({ USD: { minimumTopUp: ten } }),
  };
  const topUp = (amount: string, isTopUp: boolean) => credit("x", amount, { currency: "USD", isTopUp });
  expect(refusalOf(state, topUp("9.99", true))).toEqual({
    reason: "TOP_UP_TOO_SMALL",
    currency: "USD",
    least: ten,
    required: Amount.of("9.99"),
  });
  expect([topUp("10", true), topUp("9.99", false)].map((each) => refusalOf(state, each))).toEqual([
    undefined,
    undefined,
  ]);
});
