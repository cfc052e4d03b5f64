import { Amount } from "./amount.ts";
import {
  account,
  capture,
  charge,
  command,
  credit,
  customer,
  hold,
  refund,
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

describe("a refund", () => {
  const usd = { currency: "USD" };
  const charged = stateWith(stateOf(customer("100", usd)), charge("t-1", "30", usd));

  it("gives back a charge in parts, and then whatever is left", () => {
    const part = recordedOf(charged, refund(charged, "r-1", "t-1", { amount: Amount.of("12") }));
    expect([String(postedChange(part)), String(accountAfter(part).spent)]).toEqual(["12", "18"]);
    expect(part).toMatchObject({ kind: "refund", refersTo: "t-1", returned: Amount.of("12") });
    const parts = stateWith(
      charged,
      refund(charged, "r-1", "t-1", { amount: Amount.of("12") }),
      refund(charged, "r-2", "t-1"),
    );
    expect(moneyOf(parts, "c-1", "USD").posted).toBe("100");
    expect(parts.known.get("r-2")?.recorded).toMatchObject({
      amount: Amount.of("18"),
      returned: Amount.of("30"),
    });
  });

  it("gives back no more than was charged, also within one batch", () => {
    const { verdicts } = decide(charged, [
      command(refund(charged, "r-1", "t-1", { amount: Amount.of("20") })),
      command(refund(charged, "r-2", "t-1", { amount: Amount.of("10.000000001") })),
      command(refund(charged, "r-3", "t-1", { amount: Amount.of("10") })),
      command(refund(charged, "r-4", "t-1")),
    ]);
    expect(verdicts.map(refusals)).toEqual([[], [[0, "REFUND_TOO_LARGE"]], [], [[0, "REFUND_TOO_LARGE"]]]);
    expect(verdicts[1]).toMatchObject({
      refused: [{ refusal: { left: Amount.of("10"), transferId: "t-1" } }],
    });
  });

  it("is not taken from what the others of its group give back, when that is refused", () => {
    const { verdicts } = decide(charged, [
      command(refund(charged, "r-1", "t-1"), charge("t-2", "1000", usd)),
      command(refund(charged, "r-2", "t-1")),
    ]);
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(["refused", "done"]);
  });

  it("of all that was left is a replay later, when nothing is left", () => {
    const later = stateWith(charged, refund(charged, "r-1", "t-1"));
    expect(verdictOf(later, command(refund(later, "r-1", "t-1")))).toMatchObject({
      receipts: [{ replay: true }],
    });
  });

  it("reaches a customer who is disabled, and gives back captures too", () => {
    const captured = stateWith(stateOf(customer("100")), hold("h-1", "30"), capture("k-1", "h-1"));
    const disabled = withCustomer(captured, { customer: "disabled" });
    expect(String(postedChange(recordedOf(disabled, refund(disabled, "r-1", "k-1"))))).toBe("30");
  });

  it("goes back to the counter-account that was paid, with the source of what it gives back unless told another", () => {
    const state = stateWith(
      stateOf(customer("100")),
      charge("t-1", "30", { source: "api", counter: "revenue" }),
    );
    const given = recordedOf(state, refund(state, "r-1", "t-1", { source: null }));
    expect(given).toMatchObject({ source: "api", from: { account: { owner: { counter: "revenue" } } } });
    expect(recordedOf(state, refund(state, "r-1", "t-1", { source: "desk" })).source).toBe("desk");
  });

  it("is of charges and captures alone", () => {
    const state = stateWith(
      stateOf(customer("100"), account({ customerId: "c-2" })),
      credit("c-0", "1"),
      hold("h-1", "1"),
      transferTo("t-2", "c-2", "1"),
    );
    for (const [id, kind] of [
      ["c-0", "credit"],
      ["h-1", "hold"],
      ["t-2", "transfer"],
    ] as const) {
      expect(refusalOf(state, refund(state, "r-1", id))).toEqual({
        reason: "NOT_REFUNDABLE",
        transferId: id,
        kind,
      });
    }
  });

  it("of nothing that is known is not found", () => {
    expect(refusalOf(charged, refund(charged, "r-1", "t-9"))).toEqual({
      reason: "NOT_FOUND",
      resource: "transfer",
      name: "t-9",
    });
  });
});
