import { Amount } from "./amount.ts";
import type { Operation } from "./asked-operation.ts";
import {
  account,
  adjustment,
  capture,
  charge,
  command,
  credit,
  customer,
  extend,
  hold,
  momentAfter,
  refund,
  release,
  reversal,
  stateOf,
  transferTo,
  withCustomer,
} from "./decide.fixture.ts";
import { decide } from "./decide.ts";
import { stateAt } from "./state.fixture.ts";
import { refusalOf, stateWith, verdictOf } from "./verdict.fixture.ts";

const before = stateWith(
  stateOf(customer("0", { funded: Amount.zero }), account({ customerId: "c-2" }, { funded: Amount.of("9") })),
  credit("c-0", "50"),
  charge("t-0", "20"),
  hold("h-1", "5", { ttlMs: 1_000 }),
  hold("h-2", "5"),
);
const deleted = withCustomer(before, { customer: "deleted" });
const gone = { reason: "CUSTOMER_DELETED", customerId: "c-1" };
const late = { amount: Amount.of("10"), overage: "allow_debt" } as const;

/** By type, so that none can be forgotten. */
const asked: Readonly<Record<Operation["type"], readonly Operation[]>> = {
  transfer: [
    charge("x", "1"),
    charge("x", "0"),
    credit("x", "1"),
    adjustment("x", "1"),
    adjustment("x", "-1"),
    transferTo("x", "c-2", "1"),
    transferTo("x", "c-1", "1", { customerId: "c-2" }),
  ],
  refund: [refund(before, "x", "t-0")],
  reversal: [reversal(before, "x", "c-0"), reversal(before, "x", "c-0", { debt: "any" })],
  hold: [hold("x", "1")],
  capture: [
    capture("x", "h-2"),
    capture("x", "h-2", late),
    capture("x", "h-2", { amount: Amount.zero, final: true }),
  ],
  release: [release("x", "h-2")],
  extend: [extend("x", "h-2", 1_000)],
};

describe("on a deleted customer nothing is done", () => {
  it.each(Object.entries(asked))("by a %s", (_, operations) => {
    for (const operation of operations) {
      const { done, accounts, holds, verdicts } = decide(deleted, [command(operation)]);
      expect([done, accounts, holds]).toEqual([[], [], []]);
      expect(verdicts).toEqual([{ outcome: "refused", refused: [{ index: 0, refusal: gone }] }]);
    }
  });

  it("with a hold that has expired either, however much debt is allowed", () => {
    const expired = stateAt(deleted, momentAfter(1_000));
    for (const operation of [capture("x", "h-1", late), capture("x", "h-1"), release("x", "h-1")])
      expect(refusalOf(expired, operation)).toEqual(gone);
  });

  it("while a key that is known is answered as before", () => {
    const captured = stateWith(before, capture("k-1", "h-2"));
    const later = withCustomer(captured, { customer: "deleted" });
    for (const operation of [capture("k-1", "h-2"), charge("t-0", "20"), hold("h-2", "5")])
      expect(verdictOf(later, command(operation))).toMatchObject({ receipts: [{ replay: true }] });
  });
});
