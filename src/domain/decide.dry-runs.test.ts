import type { Operation } from "./asked-operation.ts";
import type { Command } from "./command.ts";
import {
  capture,
  charge,
  command,
  credit,
  customer,
  extend,
  hold,
  refund,
  release,
  reversal,
  stateOf,
} from "./decide.fixture.ts";
import { decide } from "./decide.ts";
import { refusals, stateWith, verdictOf } from "./verdict.fixture.ts";

describe("a dry run", () => {
  const dry = (operation: Operation): Command => ({ ...command(operation), dryRun: true });
  const held = stateWith(
    stateOf(customer("100")),
    credit("c-0", "10"),
    charge("t-0", "20"),
    hold("h-1", "30"),
  );

  it.each<Operation>([
    charge("x", "60"),
    charge("x", "0"),
    credit("x", "1"),
    refund(held, "x", "t-0"),
    reversal(held, "x", "c-0"),
    hold("x", "60"),
    capture("x", "h-1"),
    release("x", "h-1"),
    extend("x", "h-1", 1),
  ])("answers what would come, and does nothing ($type)", (operation) => {
    const [tried, done] = [decide(held, [dry(operation)]), decide(held, [command(operation)])];
    expect(tried.verdicts).toEqual(done.verdicts);
    expect([tried.done, tried.accounts, tried.holds]).toEqual([[], [], []]);
  });

  it("is not seen by the commands after it", () => {
    const { verdicts } = decide(held, [
      dry(charge("x", "60")),
      command(charge("x", "60")),
      dry(charge("x", "60")),
    ]);
    expect(verdicts).toMatchObject([
      { receipts: [{ replay: false }] },
      { receipts: [{ replay: false }] },
      { receipts: [{ replay: true }] },
    ]);
  });

  it("is refused for the same reasons", () => {
    expect(refusals(verdictOf(held, dry(charge("x", "61"))))).toEqual([[0, "INSUFFICIENT_FUNDS"]]);
    expect(refusals(verdictOf(held, dry(charge("t-0", "11"))))).toEqual([[0, "KEY_CONFLICT"]]);
  });
});
