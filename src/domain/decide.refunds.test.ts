import { Amount } from "./amount.ts";
import { capture, charge, command, customer, hold, refund, stateOf } from "./decide.fixture.ts";
import { decide } from "./decide.ts";
import { changeOf, moneyOf, refusals, stateWith, verdictOf } from "./verdict.fixture.ts";

describe("a refund", () => {
  const charged = stateWith(stateOf(customer("100")), charge("t-1", "30"));

  it("gives back a charge in parts, and then whatever is left", () => {
    const part = changeOf(charged, refund("r-1", "t-1", { amount: Amount.of("12") }));
    expect([String(part.posted), String(part.account.spent)]).toEqual(["12", "18"]);
    expect(part.booked?.transfer).toMatchObject({ kind: "refund", refundOf: "t-1" });
    const parts = stateWith(charged, refund("r-1", "t-1", { amount: Amount.of("12") }), refund("r-2", "t-1"));
    expect(moneyOf(parts).posted).toBe("100");
  });

  it("gives back no more than was charged, also within one batch", () => {
    const { verdicts } = decide(charged, [
      command(refund("r-1", "t-1", { amount: Amount.of("20") })),
      command(refund("r-2", "t-1", { amount: Amount.of("10.000000001") })),
      command(refund("r-3", "t-1", { amount: Amount.of("10") })),
      command(refund("r-4", "t-1")),
    ]);
    expect(verdicts.map(refusals)).toEqual([[], [[0, "REFUND_TOO_LARGE"]], [], [[0, "REFUND_TOO_LARGE"]]]);
    expect(verdicts[1]).toMatchObject({
      refused: [{ refusal: { left: Amount.of("10"), transferId: "t-1" } }],
    });
  });

  it("is not taken from what the others of its group give back, when that is refused", () => {
    const { verdicts } = decide(charged, [
      command(refund("r-1", "t-1"), charge("t-2", "1000")),
      command(refund("r-2", "t-1")),
    ]);
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(["refused", "done"]);
  });

  it("of all that was left is a replay later, when nothing is left", () => {
    const later = stateWith(charged, refund("r-1", "t-1"));
    expect(verdictOf(later, command(refund("r-1", "t-1")))).toMatchObject({ receipts: [{ replay: true }] });
  });

  it("reaches a customer who is disabled, and gives back captures too", () => {
    const captured = stateWith(stateOf(customer("100")), hold("h-1", "30"), capture("k-1", "h-1"));
    const disabled = new Map(captured.accounts).set(
      "c-1/VC",
      customer("100", { spent: Amount.of("30"), enabled: false }),
    );
    expect(String(changeOf({ ...captured, accounts: disabled }, refund("r-1", "k-1")).posted)).toBe("30");
  });
});
