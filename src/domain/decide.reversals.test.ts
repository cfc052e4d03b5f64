import { Amount } from "./amount.ts";
import {
  account,
  adjustment,
  charge,
  command,
  credit,
  customer,
  hold,
  refund,
  reversal,
  stateOf,
  transferTo,
  withCustomer,
} from "./decide.fixture.ts";
import { decide } from "./decide.ts";
import { accountAfter } from "./state.fixture.ts";
import {
  moneyOf,
  postedChange,
  recordedOf,
  refusalOf,
  refusals,
  stateWith,
  verdictOf,
} from "./verdict.fixture.ts";

const credited = stateWith(stateOf(customer("0", { funded: Amount.zero })), credit("c-0", "50"));

describe("a reversal", () => {
  it("takes back a credit in parts, and then whatever is left, and is neither spent nor funded", () => {
    const part = recordedOf(credited, reversal(credited, "v-1", "c-0", { amount: Amount.of("20") }));
    expect(String(postedChange(part))).toBe("-20");
    expect(part).toMatchObject({ kind: "reversal", refersTo: "c-0", returned: Amount.of("20") });
    expect(accountAfter(part)).toMatchObject({
      funded: Amount.of("50"),
      spent: Amount.zero,
      withdrawn: Amount.of("20"),
    });
    expect(part.to?.account).toMatchObject({ owner: { counter: "funding" }, withdrawn: Amount.zero });
    const all = stateWith(
      credited,
      reversal(credited, "v-1", "c-0", { amount: Amount.of("20") }),
      reversal(credited, "v-2", "c-0"),
    );
    expect(moneyOf(all).posted).toBe("0");
    expect(all.known.get("v-2")?.recorded).toMatchObject({
      amount: Amount.of("30"),
      returned: Amount.of("50"),
    });
  });

  it("takes back no more than was credited, also within one batch, and once", () => {
    const { verdicts } = decide(credited, [
      command(reversal(credited, "v-1", "c-0", { amount: Amount.of("40") })),
      command(reversal(credited, "v-2", "c-0", { amount: Amount.of("11"), debt: "any" })),
      command(reversal(credited, "v-1", "c-0", { amount: Amount.of("40") })),
      command(reversal(credited, "v-3", "c-0")),
      command(reversal(credited, "v-4", "c-0")),
    ]);
    expect(verdicts.map(refusals)).toEqual([
      [],
      [[0, "REVERSAL_TOO_LARGE"]],
      [],
      [],
      [[0, "REVERSAL_TOO_LARGE"]],
    ]);
    expect(verdicts[1]).toMatchObject({
      refused: [{ refusal: { left: Amount.of("10"), required: Amount.of("11"), transferId: "c-0" } }],
    });
    expect(verdicts[2]).toMatchObject({ receipts: [{ replay: true }] });
  });

  it("is of credits alone", () => {
    const state = stateWith(
      stateOf(customer("100"), account({ customerId: "c-2" })),
      charge("t-1", "1"),
      transferTo("t-2", "c-2", "1"),
      adjustment("t-3", "1"),
    );
    for (const [id, kind] of [
      ["t-1", "charge"],
      ["t-2", "transfer"],
      ["t-3", "adjustment"],
    ] as const) {
      expect(refusalOf(state, reversal(state, "v-1", id))).toEqual({
        reason: "NOT_REVERSIBLE",
        transferId: id,
        kind,
      });
    }
    expect(refusalOf(state, reversal(state, "v-1", "t-9"))).toEqual({
      reason: "NOT_FOUND",
      resource: "transfer",
      name: "t-9",
    });
  });

  it("can not be given back or taken back itself", () => {
    const reversed = stateWith(credited, reversal(credited, "v-1", "c-0"));
    expect(refusalOf(reversed, refund(reversed, "r-1", "v-1"))).toMatchObject({ reason: "NOT_REFUNDABLE" });
    expect(refusalOf(reversed, reversal(reversed, "v-2", "v-1"))).toMatchObject({ reason: "NOT_REVERSIBLE" });
  });

  it("reaches a disabled customer", () => {
    const disabled = withCustomer(credited, { customer: "disabled" });
    expect(refusalOf(disabled, reversal(disabled, "v-1", "c-0"))).toBeUndefined();
  });

  describe("of what was spent already", () => {
    const spent = stateWith(credited, charge("t-1", "30"), hold("h-1", "5"));

    it("is refused without debt, telling what there is", () => {
      expect(refusalOf(spent, reversal(spent, "v-1", "c-0"))).toMatchObject({
        reason: "INSUFFICIENT_FUNDS",
        available: Amount.of("15"),
        required: Amount.of("50"),
        held: Amount.of("5"),
      });
      expect(refusalOf(spent, reversal(spent, "v-1", "c-0", { amount: Amount.of("15") }))).toBeUndefined();
    });

    it.each([
      ["20", "35", true],
      ["20", "36", false],
      ["0", "16", false],
    ])("goes as far as an overdraft of %s with `within overdraft`: %s %s", (overdraft, amount, isDone) => {
      const state = withCustomer(spent, { captureOverdraft: Amount.of(overdraft) });
      const asked = reversal(state, "v-1", "c-0", { amount: Amount.of(amount), debt: "within overdraft" });
      expect(refusalOf(state, asked)?.reason).toBe(isDone ? undefined : "INSUFFICIENT_FUNDS");
    });

    it("goes nowhere below the limit with `within overdraft` where there is none", () => {
      const asked = reversal(spent, "v-1", "c-0", { amount: Amount.of("16"), debt: "within overdraft" });
      expect(refusalOf(spent, asked)?.reason).toBe("INSUFFICIENT_FUNDS");
    });

    it("goes below without a bound with `any`", () => {
      const state = withCustomer(spent, { captureOverdraft: Amount.zero });
      expect(moneyOf(stateWith(state, reversal(state, "v-1", "c-0", { debt: "any" })))).toMatchObject({
        posted: "-30",
        available: "-35",
      });
    });
  });
});

describe("a capped adjustment", () => {
  const capped = (id: string, amount: string) => adjustment(id, amount, { isCapped: true });
  const spent = stateWith(credited, charge("t-1", "30"));

  it("gives back up to what the balance was right after the newest credit", () => {
    expect(refusalOf(spent, capped("a-1", "31"))).toEqual({
      reason: "ADJUSTMENT_TOO_LARGE",
      customerId: "c-1",
      currency: "VC",
      largest: Amount.of("30"),
      required: Amount.of("31"),
    });
    expect(moneyOf(stateWith(spent, capped("a-1", "30"))).posted).toBe("50");
  });

  it("gives back less by what was reversed of that credit, in the same batch too", () => {
    const asked = reversal(spent, "v-1", "c-0", { amount: Amount.of("10") });
    const reversed = stateWith(spent, asked);
    expect(refusalOf(reversed, capped("a-1", "31"))).toMatchObject({ largest: Amount.of("30") });
    expect(moneyOf(stateWith(reversed, capped("a-1", "30"))).posted).toBe("40");
    const { verdicts } = decide(spent, [
      command(asked),
      command(capped("a-1", "31")),
      command(capped("a-2", "30")),
    ]);
    expect(verdicts.map(refusals)).toEqual([[], [[0, "ADJUSTMENT_TOO_LARGE"]], []]);
  });

  it("is not lowered by a reversal of a credit before the newest", () => {
    const twice = stateWith(credited, credit("c-1", "5"), charge("t-1", "55"));
    const reversed = stateWith(twice, reversal(twice, "v-1", "c-0", { debt: "any" }));
    // 55 right after the newest credit, and 50 below zero now.
    expect(refusalOf(reversed, capped("a-1", "106"))).toMatchObject({ largest: Amount.of("105") });
  });

  it("sees a credit of its own batch", () => {
    const { verdicts } = decide(spent, [
      command(credit("c-1", "1")),
      command(charge("t-2", "21")),
      command(capped("a-1", "22")),
      command(capped("a-2", "21")),
    ]);
    expect(verdicts.map(refusals)).toEqual([[], [], [[0, "ADJUSTMENT_TOO_LARGE"]], []]);
  });

  it("of a customer without an account is refused, and one down has no cap", () => {
    expect(refusalOf(stateOf(customer("0", { version: 0 })), capped("a-1", "1"))).toEqual({
      reason: "NO_ACCOUNT",
      customerId: "c-1",
      currency: "VC",
    });
    expect(refusals(verdictOf(spent, command(capped("a-1", "-20"))))).toEqual([]);
  });

  it("gives back nothing where nothing was ever credited", () => {
    const never = { ...stateOf(customer("100")), newestCredits: new Map([["customer/c-1/VC", null]]) };
    expect(refusalOf(never, capped("a-1", "1"))).toMatchObject({ largest: Amount.zero });
  });
});
