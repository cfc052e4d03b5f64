import { account, charge, command, credit, customer, stateOf } from "./decide.fixture.ts";
import { decide } from "./decide.ts";
import { stateAfter } from "./state.fixture.ts";
import { refusals, verdictOf } from "./verdict.fixture.ts";

describe("a group", () => {
  it("sees its own transfers in order", () => {
    const asked = command(credit("t-1", "50"), charge("t-2", "50"), charge("t-3", "1"));
    expect(refusals(verdictOf(stateOf(customer("0")), asked))).toEqual([[2, "INSUFFICIENT_FUNDS"]]);
  });

  it("lands whole or not at all, and is told all that stands in its way", () => {
    const state = stateOf(customer("100"), account({ customerId: "c-2" }, { customer: "disabled" }));
    const { verdicts, done, accounts } = decide(state, [
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
    expect([done, accounts]).toEqual([[], []]);
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

  it("tells the same id with other content also where the first was refused", () => {
    const asked = command(charge("t-1", "1000"), charge("t-1", "2"), charge("t-1", "1000"));
    expect(verdictOf(stateOf(customer("100")), asked)).toMatchObject({
      refused: [
        { index: 0, refusal: { reason: "INSUFFICIENT_FUNDS" } },
        { index: 1, refusal: { reason: "KEY_CONFLICT", differing: ["amount"] } },
        { index: 2, refusal: { reason: "KEY_REUSED" } },
      ],
    });
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
