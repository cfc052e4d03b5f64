import { Amount, totalDigitsMax } from "./amount.ts";
import {
  account,
  capture,
  charge,
  command,
  credit,
  customer,
  extend,
  hold,
  momentAfter,
  release,
  stateOf,
  withCustomer,
} from "./decide.fixture.ts";
import { decide } from "./decide.ts";
import { accountAfter, stateAfter, stateAt } from "./state.fixture.ts";
import { moneyOf, receiptOf, refusalOf, refusals, stateWith, verdictOf } from "./verdict.fixture.ts";

describe("a hold whose time has passed", () => {
  const held = stateWith(stateOf(customer("100")), hold("h-1", "30", { ttlMs: 1_000 }), hold("h-2", "20"));

  describe.each([0, 1])("of which a batch has noted %i", (notedMax) => {
    it.each([
      [999, "50", "51"],
      [1_000, "80", "81"],
    ])("%i ms later leaves %s to spend", (ms, available, more) => {
      const later = stateAt(held, momentAfter(ms), notedMax);
      expect(refusals(verdictOf(later, command(charge("t-1", available))))).toEqual([]);
      expect(refusals(verdictOf(later, command(charge("t-1", more))))).toEqual([[0, "INSUFFICIENT_FUNDS"]]);
    });

    it.each([capture("k-1", "h-1"), release("k-1", "h-1"), extend("k-1", "h-1", 60_000)])(
      "can no longer be changed ($type)",
      (operation) => {
        expect(verdictOf(stateAt(held, momentAfter(1_000), notedMax), command(operation))).toMatchObject({
          refused: [{ refusal: { reason: "HOLD_NOT_ACTIVE", state: "expired" } }],
        });
      },
    );
  });

  it("is noted as expired by the next batch that names it, whatever that comes to", () => {
    const later = stateAt(held, momentAfter(1_000));
    const { holds, accounts, expired } = decide(later, [command(charge("t-1", "1000"))]);
    expect(holds).toMatchObject([{ id: "h-1", state: "expired", remaining: Amount.zero }]);
    expect(expired).toEqual(["h-1"]);
    expect(accounts).toMatchObject([{ held: Amount.of("20"), overdue: Amount.zero, sequence: 4 }]);
  });

  it("counts as if it were noted where no batch has room for it", () => {
    const unnamed = { ...stateAt(held, momentAfter(1_000)), holds: new Map() };
    const { holds, accounts, expired } = decide(unnamed, [command(charge("t-1", "80"))]);
    expect([holds, expired]).toEqual([[], []]);
    expect(accounts[0]).toMatchObject({ held: Amount.of("20"), overdue: Amount.of("30") });
  });

  it("lives on where it was extended before, from the moment of the extension", () => {
    const extended = decide(stateAt(held, momentAfter(999)), [command(extend("e-1", "h-1", 5_000))]);
    const [last, past] = [momentAfter(5_998), momentAfter(5_999)].map((moment) =>
      stateAfter(held, extended, moment),
    );
    if (last === undefined || past === undefined) throw new Error("no state");
    expect(refusals(verdictOf(last, command(capture("k-1", "h-1"))))).toEqual([]);
    expect(refusals(verdictOf(past, command(capture("k-1", "h-1"))))).toEqual([[0, "HOLD_NOT_ACTIVE"]]);
  });

  it("may also be made to expire sooner", () => {
    const { done, accounts } = decide(held, [command(extend("e-1", "h-2", 10))]);
    expect(done[0]?.hold?.expiresAt).toEqual(momentAfter(10));
    expect(accounts[0]?.dueAt).toEqual(momentAfter(10));
  });

  it("answers a replay of what was done with it before", () => {
    const captured = stateWith(held, capture("k-1", "h-1", { amount: Amount.of("10") }));
    const later = stateAt(captured, momentAfter(1_000));
    expect(verdictOf(later, command(capture("k-1", "h-1", { amount: Amount.of("10") })))).toMatchObject({
      receipts: [{ replay: true, hold: { state: "active", remaining: Amount.of("20") } }],
    });
  });
});

describe("a capture that may go into debt, of a hold that has expired", () => {
  const held = stateWith(stateOf(customer("100")), hold("h-1", "30", { ttlMs: 1_000 }));
  const expired = stateAt(held, momentAfter(1_000));
  const late = (amount: string) =>
    capture("k-1", "h-1", { amount: Amount.of(amount), overage: "allow_debt" });

  it("charges what it asks for, though nothing is held any more", () => {
    const { recorded, hold: after } = receiptOf(expired, late("130"));
    expect(recorded).toMatchObject({ amount: Amount.of("130"), hold: { heldChange: Amount.zero } });
    expect(after).toMatchObject({ state: "captured", captured: Amount.of("130"), remaining: Amount.zero });
    expect(moneyOf(stateWith(expired, late("130"))).posted).toBe("-30");
  });

  it("goes no further than the overdraft", () => {
    const bounded = withCustomer(expired, { captureOverdraft: Amount.of("5") });
    expect(String(receiptOf(bounded, late("130")).recorded.amount)).toBe("105");
  });

  it("is refused where not even a part of it can be taken, and may be asked for again when it can", () => {
    const full = withCustomer(expired, {
      minimumBalance: Amount.of("105"),
      captureOverdraft: Amount.of("5"),
    });
    expect(refusalOf(full, late("30"))).toMatchObject({
      reason: "INSUFFICIENT_FUNDS",
      available: Amount.of("-5"),
      required: Amount.of("30"),
    });
    const credited = stateWith(full, credit("c-0", "1"));
    expect(String(receiptOf(credited, late("30")).recorded.amount)).toBe("1");
  });

  it("is refused where it says no amount: nothing remains of the hold", () => {
    const expiredNow = { reason: "HOLD_NOT_ACTIVE", state: "expired" };
    for (const amount of [null, Amount.zero]) {
      const asked = capture("k-1", "h-1", { amount, final: true, overage: "allow_debt" });
      expect(refusalOf(expired, asked)).toMatchObject(expiredNow);
    }
  });

  it("is refused of a hold that was captured or released", () => {
    for (const end of [capture("k-0", "h-1"), release("k-0", "h-1")]) {
      expect(refusalOf(stateWith(held, end), late("1"))).toMatchObject({ reason: "HOLD_NOT_ACTIVE" });
    }
  });

  it("comes once to what was captured before it expired", () => {
    const part = stateAt(
      stateWith(held, capture("k-0", "h-1", { amount: Amount.of("10") })),
      momentAfter(1_000),
    );
    expect(receiptOf(part, late("5")).hold).toMatchObject({ captured: Amount.of("15"), state: "captured" });
  });
});

describe("a hold that is captured when its time has passed", () => {
  const [first, second] = ["018f7d3c-2b6a-7cc1-9f3e-000000000001", "018f7d3c-2b6a-7cc1-9f3e-000000000002"];
  const capturing = { onExpiry: "capture", source: "api", description: "d", metadata: { m: 1 } } as const;
  const held = stateWith(
    stateOf(customer("100")),
    hold(second, "20", { ttlMs: 2_000, ...capturing }),
    hold(first, "30", { ttlMs: 1_000, ...capturing, userId: "u-1" }),
  );

  it("is held until then", () => {
    expect(moneyOf(stateAt(held, momentAfter(999)))).toEqual({ posted: "100", held: "50", available: "50" });
    expect(decide(stateAt(held, momentAfter(999)), []).done).toEqual([]);
  });

  it("is captured by the next batch, the oldest first, under an id of its own, nobody having asked", () => {
    const { done, accounts, holds } = decide(stateAt(held, momentAfter(9_000)), []);
    expect(done.map(({ id }) => id)).toEqual([
      "c95af260-0353-8c76-bb45-6b3fe8297e7a",
      "1c0caa2b-3858-84d4-afda-245fcf5360e6",
    ]);
    expect(done[0]).toMatchObject({
      ...{ kind: "capture", key: null, createdBy: "", amount: Amount.of("30"), source: "api", userId: "u-1" },
      ...{ description: "d", metadata: { m: 1 }, createdAt: momentAfter(9_000) },
      hold: { holdId: first, heldChange: Amount.of("-30"), state: "captured" },
    });
    expect(accounts[0]).toMatchObject({ spent: Amount.of("50"), held: Amount.zero, version: 3, sequence: 5 });
    expect(holds.map(({ id, state }) => [id, state])).toEqual([
      [first, "captured"],
      [second, "captured"],
    ]);
  });

  it("counts for the customer from the moment of its effect, and for the counter-account from now", () => {
    const { done } = decide(stateAt(held, momentAfter(9_000)), []);
    expect(done.map(({ from, to }) => [from.at, to?.at])).toEqual([
      [momentAfter(1_000), momentAfter(9_000)],
      [momentAfter(2_000), momentAfter(9_000)],
    ]);
  });

  it("comes before whatever the batch was asked for", () => {
    const { done, verdicts } = decide(stateAt(held, momentAfter(1_500)), [
      command(capture("k-1", first)),
      command(charge("t-1", "51")),
      command(charge("t-1", "50")),
    ]);
    expect(verdicts.map(refusals)).toEqual([[[0, "HOLD_NOT_ACTIVE"]], [[0, "INSUFFICIENT_FUNDS"]], []]);
    expect(done.map(({ kind }) => kind)).toEqual(["capture", "charge"]);
  });

  it("is captured once, and only what remains of it", () => {
    const part = stateWith(held, capture("k-1", first, { amount: Amount.of("10") }));
    const due = stateAt(part, momentAfter(1_000));
    const decision = decide(due, []);
    expect(decision.done.map(({ amount }) => String(amount))).toEqual(["20"]);
    expect(decide(stateAfter(due, decision, momentAfter(1_500)), []).done).toEqual([]);
  });

  it("is captured before a batch that names it, though the batch did not find it among so many", () => {
    const named = { ...stateAt(held, momentAfter(9_000)), dueCaptures: [] };
    for (const operation of [release("x", second), extend("x", second, 60_000), capture("x", second)]) {
      const { done, verdicts } = decide(named, [command(operation)]);
      expect(done.map(({ kind, hold: of }) => [kind, of?.holdId])).toEqual([
        ["capture", first],
        ["capture", second],
      ]);
      expect(verdicts).toMatchObject([{ refused: [{ refusal: { state: "captured" } }] }]);
    }
  });

  it("stays held where its total would be out of range", () => {
    const revenue = account({ counter: "revenue" }, { funded: Amount.largest(totalDigitsMax) });
    const full = { ...held, accounts: new Map(held.accounts).set(revenue.key, revenue) };
    const { done, verdicts } = decide(stateAt(full, momentAfter(9_000)), [command(charge("t-1", "51"))]);
    expect([done, verdicts.map(refusals)]).toEqual([[], [[[0, "INSUFFICIENT_FUNDS"]]]]);
  });

  it("lets the account's time run on from an entry that was younger than its effect", () => {
    const unnamed = { ...held, holds: new Map(), at: momentAfter(1_500) };
    const charged = stateAfter(held, decide(unnamed, [command(charge("t-1", "1"))]));
    const { done } = decide(stateAt(charged, momentAfter(9_000)), []);
    expect(done.map(({ from }) => from.at)).toEqual([momentAfter(1_500), momentAfter(2_000)]);
    expect(done.map((each) => accountAfter(each).version)).toEqual([3, 4]);
  });
});
