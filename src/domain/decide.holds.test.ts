import { Amount, totalDigitsMax } from "./amount.ts";
import {
  account,
  capture,
  charge,
  command,
  customer,
  extend,
  hold,
  momentAfter,
  release,
  stateOf,
  withCustomer,
} from "./decide.fixture.ts";
import { decide } from "./decide.ts";
import { ttlMsDefault } from "./perform/hold.ts";
import { accountAfter, stateAt } from "./state.fixture.ts";
import {
  moneyOf,
  postedChange,
  receiptOf,
  recordedOf,
  refusalOf,
  refusals,
  stateWith,
  verdictOf,
} from "./verdict.fixture.ts";

const start = stateOf(customer("100"));
const held = stateWith(start, hold("h-1", "30"));

describe("a hold", () => {
  it("sets aside what nothing else may take, and books nothing", () => {
    const receipt = receiptOf(start, hold("h-1", "30"));
    expect(receipt.recorded).toMatchObject({
      to: null,
      hold: { heldChange: Amount.of("30"), holdId: "h-1" },
    });
    expect(String(postedChange(receipt.recorded))).toBe("0");
    expect(receipt.hold).toMatchObject({
      state: "active",
      remaining: Amount.of("30"),
      expiresAt: momentAfter(60_000),
    });
    expect(accountAfter(receipt.recorded)).toMatchObject({ version: 1, sequence: 2 });
    expect(moneyOf(held)).toEqual({ posted: "100", held: "30", available: "70" });
    expect(refusals(verdictOf(held, command(charge("t-1", "71"))))).toEqual([[0, "INSUFFICIENT_FUNDS"]]);
    expect(refusals(verdictOf(held, command(hold("h-2", "71"))))).toEqual([[0, "INSUFFICIENT_FUNDS"]]);
    expect(refusals(verdictOf(held, command(hold("h-2", "70"))))).toEqual([]);
  });

  it("lasts a quarter of an hour where it does not say for how long", () => {
    expect(receiptOf(start, hold("h-1", "30", { ttlMs: null })).hold?.expiresAt).toEqual(
      momentAfter(ttlMsDefault),
    );
  });

  it("of a disabled customer is refused", () => {
    const state = stateOf(customer("100", { customer: "disabled" }));
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

  it("is named in the transfer of a capture, with its own source and user", () => {
    const state = stateWith(start, hold("h-1", "30", { source: "api", userId: "u-1" }));
    expect(recordedOf(state, capture("k-1", "h-1"))).toMatchObject({
      ...{ kind: "capture", source: "api", userId: "u-1", amount: Amount.of("30") },
      hold: { holdId: "h-1", heldChange: Amount.of("-30") },
    });
  });

  it("is captured in spite of a limit that was raised, and of a customer who was disabled", () => {
    const state = withCustomer(held, { minimumBalance: Amount.of("100"), customer: "disabled" });
    expect(String(postedChange(recordedOf(state, capture("k-1", "h-1"))))).toBe("-30");
  });

  it("gives up all that is left when it is released, once", () => {
    const part = stateWith(held, capture("k-1", "h-1", { amount: Amount.of("10") }), release("l-1", "h-1"));
    expect(moneyOf(part)).toEqual({ posted: "90", held: "0", available: "90" });
    expect(refusals(verdictOf(part, command(release("l-2", "h-1"))))).toEqual([[0, "HOLD_NOT_ACTIVE"]]);
    expect(verdictOf(part, command(release("l-1", "h-1")))).toMatchObject({ receipts: [{ replay: true }] });
  });

  it("that nobody knows can not be changed", () => {
    const asked = { ...release("l-1", "h-9"), on: undefined };
    expect(refusalOf(held, asked)).toEqual({ reason: "NOT_FOUND", resource: "hold", name: "h-9" });
  });

  it("changes nothing where the capture is out of range", () => {
    const revenue = account({ counter: "revenue" }, { funded: Amount.largest(totalDigitsMax) });
    const full = { ...held, accounts: new Map(held.accounts).set(revenue.key, revenue) };
    const decision = decide(full, [command(capture("k-1", "h-1"))]);
    expect(decision.verdicts.map(refusals)).toEqual([[[0, "BALANCE_OUT_OF_RANGE"]]]);
    expect([decision.accounts, decision.holds]).toEqual([[], []]);
  });

  it("raises the sequence of its account with every change, and the version with captures alone", () => {
    const steps = [
      hold("h-1", "30"),
      extend("e-1", "h-1", 90_000),
      capture("k-1", "h-1", { amount: Amount.of("10") }),
      capture("k-2", "h-1", { amount: Amount.zero, final: true }),
    ];
    const end = steps.reduce((state, step) => stateWith(state, step), start);
    const after = steps
      .map(({ id }) => end.known.get(id)?.recorded)
      .flatMap((done) => (done ? [accountAfter(done)] : []));
    expect(after.map(({ sequence, version }) => [sequence, version])).toEqual([
      [2, 1],
      [3, 1],
      [4, 2],
      [5, 2],
    ]);
  });
});

describe("a hold of which more is asked for than remains", () => {
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

  it.each([
    ["0", "100", "0"],
    ["12", "112", "-12"],
    ["30", "130", "-30"],
    ["31", "130", "-30"],
  ])("goes below the minimum balance by an overdraft of %s and no further", (overdraft, taken, posted) => {
    const bounded = withCustomer(held, { captureOverdraft: Amount.of(overdraft) });
    const owing = stateWith(bounded, capture("k-1", "h-1", { ...asked, overage: "allow_debt" }));
    expect(String(owing.holds.get("h-1")?.captured)).toBe(taken);
    expect(moneyOf(owing).posted).toBe(posted);
  });

  it("gives what it has at least, however far the account is below its bound", () => {
    const owing = withCustomer(held, { minimumBalance: Amount.of("500"), captureOverdraft: Amount.of("1") });
    expect(recordedOf(owing, capture("k-1", "h-1", { ...asked, overage: "allow_debt" })).amount).toEqual(
      Amount.of("30"),
    );
  });

  it("leaves what other holds have set aside", () => {
    const bounded = withCustomer(stateWith(held, hold("h-2", "50")), { captureOverdraft: Amount.zero });
    expect(
      String(recordedOf(bounded, capture("k-1", "h-1", { ...asked, overage: "allow_debt" })).amount),
    ).toBe("50");
  });
});

describe("a capture of nothing that is the last", () => {
  const last = capture("k-1", "h-1", { amount: Amount.zero, final: true });

  it("frees the hold under its key, and books nothing", () => {
    const { recorded, hold: after } = receiptOf(held, last);
    expect(recorded).toMatchObject({ kind: "capture", to: null, amount: Amount.zero });
    expect(after).toMatchObject({ state: "released", remaining: Amount.zero, captured: Amount.zero });
    const freed = stateWith(held, last);
    expect(moneyOf(freed)).toEqual({ posted: "100", held: "0", available: "100" });
    expect(verdictOf(freed, command(last))).toMatchObject({ receipts: [{ replay: true }] });
    expect(refusals(verdictOf(freed, command({ ...last, id: "k-2" })))).toEqual([[0, "HOLD_NOT_ACTIVE"]]);
  });

  it("leaves a hold captured that was captured in part", () => {
    const part = stateWith(held, capture("k-0", "h-1", { amount: Amount.of("10") }), last);
    expect(part.holds.get("h-1")).toMatchObject({ state: "captured", captured: Amount.of("10") });
  });
});

describe("a hold with a minimum", () => {
  const least = (amount: string, minimum: string) =>
    hold("h-2", amount, { minimumAmount: Amount.of(minimum) });

  it.each([
    ["the whole amount, where there is enough", "70", "70"],
    ["what there is, where that is less", "100", "70"],
  ])("takes %s", (_, amount, taken) => {
    const { recorded, hold: after } = receiptOf(held, least(amount, "20"));
    expect([after?.amount, after?.remaining, recorded.hold?.heldChange].map(String)).toEqual([
      taken,
      taken,
      taken,
    ]);
  });

  it("takes nothing where there is less than the minimum, which is what is required", () => {
    expect(refusalOf(held, least("100", "71"))).toMatchObject({
      reason: "INSUFFICIENT_FUNDS",
      available: Amount.of("70"),
      required: Amount.of("71"),
    });
    expect(refusalOf(held, least("100", "70"))).toBeUndefined();
  });

  it("takes nothing from an account that has nothing", () => {
    const empty = stateWith(held, charge("t-1", "70"));
    expect(refusalOf(empty, least("100", "1"))).toMatchObject({
      reason: "INSUFFICIENT_FUNDS",
      required: Amount.of("1"),
    });
  });

  it("is the same under its key, whatever it took", () => {
    const later = stateWith(held, least("100", "20"));
    const again = receiptOf(later, least("100", "20"));
    expect([again.replay, String(again.hold?.amount)]).toEqual([true, "70"]);
    expect(verdictOf(later, command(least("70", "20")))).toMatchObject({
      refused: [{ refusal: { reason: "KEY_CONFLICT", differing: ["amount"] } }],
    });
  });

  it("takes the whole amount where nothing limits the account", () => {
    const free = withCustomer(start, { minimumBalance: null });
    expect(String(receiptOf(free, least("1000", "20")).hold?.amount)).toBe("1000");
  });
});

describe("a refusal that holds alone have caused", () => {
  const two = stateWith(held, hold("h-2", "20", { ttlMs: 5_000 }));

  it("says what they hold, and how soon the first of them is due", () => {
    expect(refusalOf(two, charge("t-1", "100"))).toMatchObject({
      available: Amount.of("50"),
      held: Amount.of("50"),
      freeInMs: 5_000,
    });
  });

  it("says no time where the money is not there either", () => {
    expect(refusalOf(two, charge("t-1", "101"))).toMatchObject({ held: Amount.of("50"), freeInMs: null });
  });

  it("says no time where what is held is due already, and waits for its capture", () => {
    const state = stateWith(start, hold("h-1", "30", { ttlMs: 1_000, onExpiry: "capture" }));
    const later = { ...stateAt(state, momentAfter(1_000)), holds: new Map(), dueCaptures: [] };
    expect(refusalOf(state, charge("t-1", "71"))).toMatchObject({ freeInMs: 1_000 });
    expect(refusalOf(later, charge("t-1", "71"))).toMatchObject({ held: Amount.of("30"), freeInMs: null });
  });

  it("is none where the hold has expired", () => {
    expect(refusalOf(stateAt(two, momentAfter(5_000), 1), charge("t-1", "71"))).toMatchObject({
      available: Amount.of("70"),
      held: Amount.of("30"),
      freeInMs: 55_000,
    });
  });
});
