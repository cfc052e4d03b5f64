import { at, charge, command, customer, momentAfter, stateOf } from "../domain/decide.fixture.ts";
import { stateAt } from "../domain/state.fixture.ts";
import { stateWith, verdictOf } from "../domain/verdict.fixture.ts";
import type { Verdict } from "../domain/verdict.ts";
import { ownAnswer } from "./doubt.ts";
import type { Doubt } from "./pending.ts";

const state = stateAt(stateWith(stateOf(customer("10")), charge("t-1", "1")), momentAfter(5));
const replay = () => verdictOf(state, command(charge("t-1", "1")));
const doubtAt = (...moments: Date[]): Doubt => {
  return { moments: new Set(moments.map((moment) => moment.getTime())), claimed: new Set() };
};
const isReplay = (verdict: Verdict) =>
  verdict.outcome === "done" && verdict.receipts.map((each) => each.replay);

it("what was done at the moment in doubt was done by its first asker, and is a replay to the next", () => {
  const doubt = doubtAt(at);
  expect(isReplay(ownAnswer(replay(), doubt))).toEqual([false]);
  expect(isReplay(ownAnswer(replay(), doubt))).toEqual([true]);
});

it("what was done at another moment is a replay, as it is where nothing is in doubt", () => {
  expect(isReplay(ownAnswer(replay(), doubtAt(momentAfter(1))))).toEqual([true]);
  expect(isReplay(ownAnswer(replay(), undefined))).toEqual([true]);
});

it("a refusal stays one", () => {
  const refused = verdictOf(state, command(charge("t-2", "100")));
  expect(ownAnswer(refused, doubtAt(at))).toBe(refused);
});
