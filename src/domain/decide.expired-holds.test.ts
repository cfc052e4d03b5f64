import { Amount } from "./amount.ts";
import {
  capture,
  charge,
  command,
  customer,
  extend,
  hold,
  momentAfter,
  release,
  stateAfter,
  stateOf,
} from "./decide.fixture.ts";
import { decide } from "./decide.ts";
import { refusals, stateWith, verdictOf } from "./verdict.fixture.ts";

describe("a hold whose time has passed", () => {
  const held = stateWith(stateOf(customer("100")), hold("h-1", "30", { ttlMs: 1_000 }), hold("h-2", "20"));

  it.each([
    [999, "50"],
    [1_000, "80"],
  ])("%i ms later leaves %s to spend", (ms, available) => {
    const later = { ...held, at: momentAfter(ms) };
    expect(refusals(verdictOf(later, command(charge("t-1", available))))).toEqual([]);
    expect(refusals(verdictOf(later, command(charge("t-1", `${available}.1`))))).toEqual([
      [0, "INSUFFICIENT_FUNDS"],
    ]);
  });

  it("is noted as expired by the next batch, whatever that comes to", () => {
    const { holds, accounts } = decide({ ...held, at: momentAfter(1_000) }, [command(charge("t-1", "1000"))]);
    expect(holds).toMatchObject([{ id: "h-1", state: "expired", remaining: Amount.zero }]);
    expect(accounts.map(({ held }) => String(held))).toEqual(["20"]);
  });

  it.each([capture("k-1", "h-1"), release("k-1", "h-1"), extend("k-1", "h-1", 60_000)])(
    "can no longer be changed ($type)",
    (operation) => {
      expect(verdictOf({ ...held, at: momentAfter(1_000) }, command(operation))).toMatchObject({
        refused: [{ refusal: { reason: "HOLD_NOT_ACTIVE", state: "expired" } }],
      });
    },
  );

  it("lives on where it was extended before, from the moment of the extension", () => {
    const extended = decide({ ...held, at: momentAfter(999) }, [command(extend("e-1", "h-1", 5_000))]);
    const [last, past] = [momentAfter(5_998), momentAfter(5_999)].map((moment) =>
      stateAfter(held, extended, moment),
    );
    if (last === undefined || past === undefined) throw new Error("no state");
    expect(refusals(verdictOf(last, command(capture("k-1", "h-1"))))).toEqual([]);
    expect(refusals(verdictOf(past, command(capture("k-1", "h-1"))))).toEqual([[0, "HOLD_NOT_ACTIVE"]]);
  });

  it("may also be made to expire sooner", () => {
    const { done, accounts } = decide(held, [command(extend("e-1", "h-2", 10))]);
    expect(done[0]?.change.hold?.expiresAt).toEqual(momentAfter(10));
    expect(accounts[0]?.holdsExpireAt).toEqual(momentAfter(10));
  });

  it("answers a replay of what was done with it before", () => {
    const captured = stateWith(held, capture("k-1", "h-1", { amount: Amount.of("10") }));
    const later = { ...captured, at: momentAfter(1_000) };
    expect(verdictOf(later, command(capture("k-1", "h-1", { amount: Amount.of("10") })))).toMatchObject({
      receipts: [{ replay: true, change: { hold: { state: "active", remaining: Amount.of("20") } } }],
    });
  });
});
