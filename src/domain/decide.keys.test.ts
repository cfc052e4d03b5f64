import {
  charge,
  command,
  credit,
  customer,
  hold,
  orgId,
  release,
  stateOf,
  withCustomer,
} from "./decide.fixture.ts";
import { decide, replayOf } from "./decide.ts";
import { stateAfter } from "./state.fixture.ts";
import { refusals, stateWith, verdictOf } from "./verdict.fixture.ts";

describe("a key that is known", () => {
  const first = decide(stateOf(customer("100")), [command(charge("t-1", "30"))]);
  const state = stateAfter(stateOf(customer("100")), first);

  it("gets the first receipt again, and nothing is booked", () => {
    const again = decide(state, [command(charge("t-1", "30"))]);
    expect(again.verdicts).toEqual([
      { outcome: "done", receipts: [{ recorded: first.done[0], hold: null, replay: true }] },
    ]);
    expect([again.done, again.accounts]).toEqual([[], []]);
  });

  it("gets it even where the balance no longer covers it, or the customer is disabled or deleted", () => {
    const later = stateAfter(state, decide(state, [command(charge("t-2", "70"))]));
    for (const is of ["active", "disabled", "deleted"] as const) {
      const changed = withCustomer(later, { customer: is });
      expect(verdictOf(changed, command(charge("t-1", "30")))).toMatchObject({
        receipts: [{ replay: true }],
      });
    }
  });

  it("gets it whatever has become of the currency, of the name and of the account", () => {
    const gone = {
      ...state,
      accounts: new Map(),
      currencies: { hasAny: true, usable: [], configured: new Map() },
    };
    expect(verdictOf(gone, command(charge("t-1", "30")))).toMatchObject({ receipts: [{ replay: true }] });
    const moved = { text: "old@example.com", id: "c-9", everNamed: ["c-9", "c-1"] };
    const asked = command(charge("t-1", "30", { customer: moved, own: undefined, opposite: undefined }));
    expect(verdictOf(gone, asked)).toMatchObject({ receipts: [{ replay: true }] });
  });

  it("is refused with other content, naming each field that differs", () => {
    expect(verdictOf(state, command(charge("t-1", "31", { source: "api" })))).toEqual({
      outcome: "refused",
      refused: [
        {
          index: 0,
          refusal: { reason: "KEY_CONFLICT", transferId: "t-1", key: "t-1", differing: ["amount", "source"] },
        },
      ],
    });
  });

  it("is one key for operations of every kind", () => {
    const held = stateWith(state, hold("h-1", "10"));
    for (const other of [credit("h-1", "10"), charge("h-1", "10"), release("h-1", "h-1")])
      expect(refusals(verdictOf(held, command(other)))).toEqual([[0, "KEY_CONFLICT"]]);
    expect(refusals(verdictOf(held, command(hold("t-1", "30"))))).toEqual([[0, "KEY_CONFLICT"]]);
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

  it("is answered without anything else being looked at, where all of a command is known", () => {
    expect(replayOf(state.known, command(charge("t-1", "30")))).toMatchObject({
      receipts: [{ replay: true }],
    });
    expect(refusals(replayOf(state.known, command(charge("t-1", "31"))))).toEqual([[0, "KEY_CONFLICT"]]);
    expect(replayOf(state.known, command(charge("t-1", "30"), charge("t-2", "1")))).toBeUndefined();
  });
});

describe("a disabled organization", () => {
  const state = stateWith(stateOf(customer("100")), charge("t-1", "30"));
  const suspended = (...[first, ...others]: Parameters<typeof command>) => ({
    ...command(first, ...others),
    isSuspended: true,
  });

  it("does nothing new, and answers what is known", () => {
    expect(verdictOf(state, suspended(charge("t-1", "30")))).toMatchObject({ receipts: [{ replay: true }] });
    expect(verdictOf(state, suspended(charge("t-2", "30")))).toMatchObject({
      refused: [{ index: 0, refusal: { reason: "ORGANIZATION_DISABLED", orgId } }],
    });
    expect(refusals(verdictOf(state, suspended(charge("t-1", "31"))))).toEqual([[0, "KEY_CONFLICT"]]);
  });
});

describe("a command that skips what is known", () => {
  const state = stateWith(stateOf(customer("100")), charge("t-1", "30"));
  const skipping = {
    ...command(charge("t-2", "1"), charge("t-1", "30"), charge("t-3", "2")),
    skipKnown: true,
  };

  it("does what is new, and answers what is known beside it", () => {
    const { verdicts, done } = decide(state, [skipping]);
    expect(verdicts[0]).toMatchObject({
      receipts: [{ replay: false }, { replay: true }, { replay: false }],
    });
    expect(done.map(({ id }) => id)).toEqual(["t-2", "t-3"]);
  });

  it("is refused whole where something known has other content, or something new is refused", () => {
    const conflict = { ...command(charge("t-2", "1"), charge("t-1", "31")), skipKnown: true };
    const poor = { ...command(charge("t-2", "1000"), charge("t-1", "30")), skipKnown: true };
    expect([conflict, poor].map((each) => refusals(verdictOf(state, each)))).toEqual([
      [[1, "KEY_CONFLICT"]],
      [[0, "INSUFFICIENT_FUNDS"]],
    ]);
    expect(decide(state, [conflict, poor]).done).toEqual([]);
  });

  it("is refused whole where it names one twice, known or not", () => {
    const [fresh, known] = [charge("t-2", "1"), charge("t-1", "30")];
    const twice = { ...command(fresh, known, charge("t-3", "2"), fresh, known), skipKnown: true };
    const decision = decide(state, [twice]);
    expect(refusals(verdictOf(state, twice))).toEqual([
      [3, "KEY_REUSED"],
      [4, "KEY_REUSED"],
    ]);
    expect(decision.done).toEqual([]);
  });

  it("is refused whole where it names one twice with two contents, or twice what is refused", () => {
    const conflict = {
      ...command(charge("t-2", "1"), charge("t-3", "1"), charge("t-2", "2")),
      skipKnown: true,
    };
    const poor = {
      ...command(charge("t-2", "1000"), charge("t-3", "1"), charge("t-2", "1000")),
      skipKnown: true,
    };
    const both = { ...command(charge("t-2", "1000"), charge("t-2", "1")), skipKnown: true };
    expect([conflict, poor, both].map((each) => refusals(verdictOf(state, each)))).toEqual([
      [[2, "KEY_CONFLICT"]],
      [
        [0, "INSUFFICIENT_FUNDS"],
        [2, "KEY_REUSED"],
      ],
      [
        [0, "INSUFFICIENT_FUNDS"],
        [1, "KEY_CONFLICT"],
      ],
    ]);
    expect(decide(state, [conflict, poor, both]).done).toEqual([]);
  });
});
