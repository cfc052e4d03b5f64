import { charge, command, credit, customer, stateAfter, stateOf } from "./decide.fixture.ts";
import { decide } from "./decide.ts";
import { refusals, verdictOf } from "./verdict.fixture.ts";

describe("a key that is known", () => {
  const first = decide(stateOf(customer("100")), [command(charge("t-1", "30"))]);
  const state = stateAfter(stateOf(customer("100")), first);

  it("gets the first receipt again, and nothing is booked", () => {
    const again = decide(state, [command(charge("t-1", "30"))]);
    expect(again.verdicts).toEqual([
      { outcome: "done", receipts: [{ change: first.done[0]?.change, replay: true }] },
    ]);
    expect([again.done, again.accounts]).toEqual([[], []]);
  });

  it("gets it even where the balance no longer covers it, or the customer is disabled", () => {
    const later = stateAfter(state, decide(state, [command(charge("t-2", "70"))]));
    const disabled = new Map(later.accounts).set("c-1/VC", customer("0", { enabled: false }));
    expect(verdictOf({ ...later, accounts: disabled }, command(charge("t-1", "30")))).toMatchObject({
      receipts: [{ replay: true }],
    });
  });

  it("is refused with other content, naming each field that differs", () => {
    expect(verdictOf(state, command(charge("t-1", "31", { source: "api" })))).toEqual({
      outcome: "refused",
      refused: [
        { index: 0, refusal: { reason: "KEY_CONFLICT", transferId: "t-1", differing: ["amount", "source"] } },
      ],
    });
  });

  it("is known to the commands after it in the same batch", () => {
    const { verdicts, done } = decide(stateOf(customer("100")), [
      command(charge("t-1", "30")),
      command(charge("t-1", "30")),
      command(charge("t-1", "31")),
    ]);
    expect(verdicts[1]).toMatchObject({ outcome: "done", receipts: [{ replay: true }] });
    expect(refusals(verdicts[2])).toEqual([[0, "KEY_CONFLICT"]]);
    expect(done).toHaveLength(1);
  });

  it("is free again where it was refused", () => {
    const { verdicts } = decide(stateOf(customer("10")), [
      command(charge("t-1", "30")),
      command(credit("t-2", "20")),
      command(charge("t-1", "30")),
    ]);
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(["refused", "done", "done"]);
    expect(verdicts[2]).toMatchObject({ receipts: [{ replay: false }] });
  });
});
