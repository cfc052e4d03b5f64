import { Amount } from "./amount.ts";
import {
  account,
  capture,
  charge,
  command,
  customer,
  hold,
  momentAfter,
  release,
  stateOf,
} from "./decide.fixture.ts";
import { decide } from "./decide.ts";
import { changeOf, moneyOf, refusals, stateWith, verdictOf } from "./verdict.fixture.ts";

describe("a hold", () => {
  const start = stateOf(customer("100"));
  const held = stateWith(start, hold("h-1", "30"));

  it("sets aside what nothing else may take, and books nothing", () => {
    const change = changeOf(start, hold("h-1", "30"));
    expect(change).toMatchObject({ booked: null, posted: Amount.zero, held: Amount.of("30") });
    expect(change.hold).toMatchObject({
      state: "active",
      remaining: Amount.of("30"),
      expiresAt: momentAfter(60_000),
    });
    expect(change.account.version).toBe(1);
    expect(moneyOf(held)).toEqual({ posted: "100", held: "30", available: "70" });
    expect(refusals(verdictOf(held, command(charge("t-1", "71"))))).toEqual([[0, "INSUFFICIENT_FUNDS"]]);
    expect(refusals(verdictOf(held, command(hold("h-2", "71"))))).toEqual([[0, "INSUFFICIENT_FUNDS"]]);
    expect(refusals(verdictOf(held, command(hold("h-2", "70"))))).toEqual([]);
  });

  it("of a disabled customer is refused", () => {
    const state = stateOf(customer("100", { enabled: false }));
    expect(refusals(verdictOf(state, command(hold("h-1", "1"))))).toEqual([[0, "CUSTOMER_DISABLED"]]);
  });

  it("is captured in parts, until nothing remains", () => {
    const part = stateWith(held, capture("k-1", "h-1", { amount: Amount.of("10") }));
    expect(moneyOf(part)).toEqual({ posted: "90", held: "20", available: "70" });
    expect(part.holds.get("h-1")).toMatchObject({
      state: "active",
      captured: Amount.of("10"),
      remaining: Amount.of("20"),
    });
    const all = stateWith(part, capture("k-2", "h-1"));
    expect(moneyOf(all)).toEqual({ posted: "70", held: "0", available: "70" });
    expect(all.holds.get("h-1")).toMatchObject({ state: "captured", captured: Amount.of("30") });
    expect(verdictOf(all, command(capture("k-3", "h-1", { amount: Amount.of("1") })))).toMatchObject({
      refused: [{ refusal: { reason: "HOLD_NOT_ACTIVE", holdId: "h-1", state: "captured" } }],
    });
  });

  it("gives back the rest with a capture that is the last", () => {
    const last = stateWith(held, capture("k-1", "h-1", { amount: Amount.of("10"), final: true }));
    expect(moneyOf(last)).toEqual({ posted: "90", held: "0", available: "90" });
    expect(last.holds.get("h-1")).toMatchObject({ state: "captured", remaining: Amount.zero });
  });

  it("names itself in the transfer of a capture, with its own source and user", () => {
    const state = stateWith(start, hold("h-1", "30", { source: "api", userId: "u-1" }));
    expect(changeOf(state, capture("k-1", "h-1")).booked?.transfer).toMatchObject({
      ...{ kind: "capture", holdId: "h-1", source: "api", userId: "u-1", amount: Amount.of("30") },
    });
  });

  it("is captured in spite of a limit that was raised, and of a customer who was disabled", () => {
    const strict = customer("100", {
      held: Amount.of("30"),
      minimumBalance: Amount.of("100"),
      enabled: false,
    });
    const state = { ...held, accounts: new Map(held.accounts).set("c-1/VC", strict) };
    expect(String(changeOf(state, capture("k-1", "h-1")).posted)).toBe("-30");
  });

  describe("of which more is asked for than remains", () => {
    const asked = { amount: Amount.of("130") };

    it("refuses, unless told otherwise", () => {
      expect(verdictOf(held, command(capture("k-1", "h-1", asked)))).toMatchObject({
        refused: [
          { refusal: { reason: "HOLD_EXCEEDED", remaining: Amount.of("30"), required: Amount.of("130") } },
        ],
      });
    });

    it("gives what it has, with `cap`", () => {
      const capped = stateWith(held, capture("k-1", "h-1", { ...asked, overage: "cap" }));
      expect(moneyOf(capped)).toEqual({ posted: "70", held: "0", available: "70" });
    });

    it("charges it all, below the minimum balance, with `allow_debt`", () => {
      const owing = stateWith(held, capture("k-1", "h-1", { ...asked, overage: "allow_debt" }));
      expect(moneyOf(owing)).toEqual({ posted: "-30", held: "0", available: "-30" });
      expect(owing.holds.get("h-1")).toMatchObject({ state: "captured", captured: Amount.of("130") });
    });
  });

  it("gives up all that is left when it is released, once", () => {
    const part = stateWith(held, capture("k-1", "h-1", { amount: Amount.of("10") }), release("l-1", "h-1"));
    expect(moneyOf(part)).toEqual({ posted: "90", held: "0", available: "90" });
    expect(refusals(verdictOf(part, command(release("l-2", "h-1"))))).toEqual([[0, "HOLD_NOT_ACTIVE"]]);
    expect(verdictOf(part, command(release("l-1", "h-1")))).toMatchObject({ receipts: [{ replay: true }] });
  });

  it("changes nothing where the capture is out of range", () => {
    const revenue = account({ role: "revenue" }, { funded: Amount.of("9999999999999999999.9") });
    const full = { ...held, accounts: new Map(held.accounts).set("revenue/VC", revenue) };
    const decision = decide(full, [command(capture("k-1", "h-1"))]);
    expect(decision.verdicts.map(refusals)).toEqual([[[0, "BALANCE_OUT_OF_RANGE"]]]);
    expect([decision.accounts, decision.holds]).toEqual([[], []]);
  });
});
