import { type AccountState, availableOf, balanceOf } from "./account.ts";
import { Amount } from "./amount.ts";
import type { Command, Operation, Verdict } from "./command.ts";
import {
  account,
  adjustment,
  at,
  capture,
  charge,
  command,
  credit,
  extend,
  hold,
  momentAfter,
  refund,
  release,
  stateAfter,
  stateOf,
  transferTo,
} from "./decide.fixture.ts";
import { decide } from "./decide.ts";
import type { LedgerState } from "./ledger-view.ts";
import type { RefusalReason } from "./refusal.ts";

function customer(balance: string, fields: Partial<AccountState> = {}): AccountState {
  return account({ customerId: "c-1" }, { version: 1, funded: Amount.of(balance), ...fields });
}

/** The verdict on one command alone. */
function verdictOf(state: LedgerState, asked: Command): Verdict {
  const { verdicts } = decide(state, [asked]);
  if (verdicts[0] === undefined) throw new Error("no verdict");
  return verdicts[0];
}

/** Which operations of a command are refused, and why. */
function refusals(verdict: Verdict | undefined): (readonly [number, RefusalReason])[] {
  if (verdict?.outcome !== "refused") return [];
  return verdict.refused.map(({ index, refusal }) => [index, refusal.reason] as const);
}

/** A state in which these commands were decided one after the other, none of them refused, at `at`. */
function stateWith(start: LedgerState, ...operations: Operation[]): LedgerState {
  return operations.reduce((state, operation) => {
    const decision = decide(state, [command(operation)]);
    expect(decision.verdicts.flatMap(refusals)).toEqual([]);
    return stateAfter(state, decision);
  }, start);
}

/** The one change of an operation that is done. */
function changeOf(state: LedgerState, operation: Operation) {
  const verdict = verdictOf(state, command(operation));
  if (verdict.outcome === "refused") throw new Error(`refused: ${JSON.stringify(verdict.refused)}`);
  return verdict.receipts[0].change;
}

/** posted, held and available of the customer's account in a state. */
function moneyOf(state: LedgerState, key = "c-1/VC") {
  const of = state.accounts.get(key);
  if (of === undefined) throw new Error(`no account ${key}`);
  return { posted: String(balanceOf(of)), held: String(of.held), available: String(availableOf(of)) };
}

describe("a transfer that is done", () => {
  it("has two opposite entries, each with its account after it", () => {
    const asked = charge("t-1", "30");
    const { verdicts, done, accounts } = decide(stateOf(customer("100")), [command(asked)]);
    const payer = customer("100", { version: 2, spent: Amount.of("30") });
    const { type: _, ...content } = asked;
    const booked = {
      transfer: expect.objectContaining({ ...content, refundOf: null, holdId: null, createdAt: at }),
      from: { amount: Amount.of("-30"), account: payer },
      to: {
        amount: Amount.of("30"),
        account: account({ role: "revenue" }, { version: 1, funded: Amount.of("30") }),
      },
    };
    const change = {
      id: "t-1",
      booked,
      hold: null,
      account: payer,
      posted: Amount.of("-30"),
      held: Amount.zero,
      at,
    };
    expect(done).toEqual([{ operation: asked, change }]);
    expect(verdicts).toEqual([{ outcome: "done", receipts: [{ change, replay: false }] }]);
    expect(accounts).toEqual([booked.from.account, booked.to.account]);
  });

  it("credits a customer from funding, which nothing limits", () => {
    const { from, to } = changeOf(stateOf(customer("0")), credit("t-1", "1000")).booked ?? {};
    expect([from, to].map((entry) => entry && String(balanceOf(entry.account)))).toEqual(["-1000", "1000"]);
  });

  it.each<[string, Operation, string, string]>([
    ["a credit is funded", credit("t-1", "7"), "107", "10"],
    ["a charge is spent", charge("t-1", "7"), "100", "17"],
    ["an adjustment up is spent no more", adjustment("t-1", "7"), "100", "3"],
    ["an adjustment down is spent", adjustment("t-1", "-7"), "100", "17"],
  ])("%s", (_, operation, funded, spent) => {
    const { account: after } = changeOf(stateOf(customer("100", { spent: Amount.of("10") })), operation);
    expect([String(after.funded), String(after.spent)]).toEqual([funded, spent]);
  });

  it("between customers is spent by one and funds the other", () => {
    const state = stateOf(customer("100"), account({ customerId: "c-2" }));
    const later = stateWith(state, transferTo("t-1", "c-2", "30"));
    expect([moneyOf(later).posted, moneyOf(later, "c-2/VC").posted]).toEqual(["70", "30"]);
    expect(refusals(verdictOf(later, command(transferTo("t-2", "c-2", "71"))))).toEqual([
      [0, "INSUFFICIENT_FUNDS"],
    ]);
  });
});

describe("what a charge may take", () => {
  it.each<[string, Partial<AccountState>, string, boolean]>([
    ["the whole balance", {}, "100", true],
    ["no more than it", {}, "100.000000001", false],
    ["more, down to a minimum balance below zero", { minimumBalance: Amount.of("-50") }, "150", true],
    ["no more than that", { minimumBalance: Amount.of("-50") }, "151", false],
    ["less, where a balance must be kept", { minimumBalance: Amount.of("50") }, "50", true],
    ["no more than leaves it", { minimumBalance: Amount.of("50") }, "51", false],
    ["not what a hold sets aside", { held: Amount.of("40") }, "61", false],
    ["all beside the hold", { held: Amount.of("40") }, "60", true],
    ["whatever it likes, where nothing limits", { minimumBalance: null }, "1000000", true],
  ])("is %s", (_, fields, amount, isBooked) => {
    const verdict = verdictOf(stateOf(customer("100", fields)), command(charge("t-1", amount)));
    expect(refusals(verdict)).toEqual(isBooked ? [] : [[0, "INSUFFICIENT_FUNDS"]]);
  });

  it("is told when it is too little", () => {
    const state = stateOf(customer("100", { held: Amount.of("10"), minimumBalance: Amount.of("-5") }));
    expect(verdictOf(state, command(charge("t-1", "96")))).toEqual({
      outcome: "refused",
      refused: [
        {
          index: 0,
          refusal: {
            reason: "INSUFFICIENT_FUNDS",
            customerId: "c-1",
            currency: "VC",
            available: Amount.of("95"),
            required: Amount.of("96"),
            minimumBalance: Amount.of("-5"),
          },
        },
      ],
    });
  });

  it("is nothing while the customer is disabled, who can still be credited", () => {
    const state = stateOf(customer("100", { enabled: false }));
    expect(refusals(verdictOf(state, command(charge("t-1", "1"))))).toEqual([[0, "CUSTOMER_DISABLED"]]);
    expect(verdictOf(state, command(credit("t-1", "1"))).outcome).toBe("done");
  });

  it("is nothing once the customer is deleted, to whom nothing can be given either", () => {
    const state = stateOf(customer("100", { enabled: false, deleted: true }));
    for (const operation of [charge("t-1", "1"), credit("t-1", "1"), hold("t-1", "1")]) {
      expect(refusals(verdictOf(state, command(operation)))).toEqual([[0, "CUSTOMER_DELETED"]]);
    }
  });

  it("is judged on one account of one currency", () => {
    const state = stateOf(customer("100"), customer("1", { currency: "USD", id: "in USD" }));
    expect(refusals(verdictOf(state, command(charge("t-1", "2", { currency: "USD" }))))).toEqual([
      [0, "INSUFFICIENT_FUNDS"],
    ]);
  });
});

describe("a total out of range", () => {
  const most = "9999999999999999999.999999999";

  it("is refused on the customer's side and on the counter-account's", () => {
    const full = stateOf(customer(most));
    expect(refusals(verdictOf(full, command(credit("t-1", "0.000000001"))))).toEqual([
      [0, "BALANCE_OUT_OF_RANGE"],
    ]);
    const twoRich = stateOf(customer(most), account({ customerId: "c-2" }, { funded: Amount.of(most) }));
    const both = decide(twoRich, [
      command(charge("t-1", most)),
      command(charge("t-2", most, { customerId: "c-2" })),
    ]);
    expect(both.verdicts.map(refusals)).toEqual([[], [[0, "BALANCE_OUT_OF_RANGE"]]]);
  });
});

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

describe("a group", () => {
  it("sees its own transfers in order", () => {
    const asked = command(credit("t-1", "50"), charge("t-2", "50"), charge("t-3", "1"));
    expect(refusals(verdictOf(stateOf(customer("0")), asked))).toEqual([[2, "INSUFFICIENT_FUNDS"]]);
  });

  it("lands whole or not at all, and is told all that stands in its way", () => {
    const state = stateOf(customer("100"), account({ customerId: "c-2" }, { enabled: false }));
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

describe("a hold", () => {
  const start = stateOf(customer("100"));
  const held = stateWith(start, hold("h-1", "30"));

  it("sets aside what nothing else may take, and books nothing", () => {
    const change = changeOf(start, hold("h-1", "30"));
    expect(change).toMatchObject({ booked: null, posted: Amount.zero, held: Amount.of("30") });
    expect(change.hold).toMatchObject({
      state: "active",
      remaining: Amount.of("30"),
      expiresAt: momentAfter(60_000),
    });
    expect(change.account.version).toBe(1);
    expect(moneyOf(held)).toEqual({ posted: "100", held: "30", available: "70" });
    expect(refusals(verdictOf(held, command(charge("t-1", "71"))))).toEqual([[0, "INSUFFICIENT_FUNDS"]]);
    expect(refusals(verdictOf(held, command(hold("h-2", "71"))))).toEqual([[0, "INSUFFICIENT_FUNDS"]]);
    expect(refusals(verdictOf(held, command(hold("h-2", "70"))))).toEqual([]);
  });

  it("of a disabled customer is refused", () => {
    const state = stateOf(customer("100", { enabled: false }));
    expect(refusals(verdictOf(state, command(hold("h-1", "1"))))).toEqual([[0, "CUSTOMER_DISABLED"]]);
  });

  it("is captured in parts, until nothing remains", () => {
    const part = stateWith(held, capture("k-1", "h-1", { amount: Amount.of("10") }));
    expect(moneyOf(part)).toEqual({ posted: "90", held: "20", available: "70" });
    expect(part.holds.get("h-1")).toMatchObject({
      state: "active",
      captured: Amount.of("10"),
      remaining: Amount.of("20"),
    });
    const all = stateWith(part, capture("k-2", "h-1"));
    expect(moneyOf(all)).toEqual({ posted: "70", held: "0", available: "70" });
    expect(all.holds.get("h-1")).toMatchObject({ state: "captured", captured: Amount.of("30") });
    expect(verdictOf(all, command(capture("k-3", "h-1", { amount: Amount.of("1") })))).toMatchObject({
      refused: [{ refusal: { reason: "HOLD_NOT_ACTIVE", holdId: "h-1", state: "captured" } }],
    });
  });

  it("gives back the rest with a capture that is the last", () => {
    const last = stateWith(held, capture("k-1", "h-1", { amount: Amount.of("10"), final: true }));
    expect(moneyOf(last)).toEqual({ posted: "90", held: "0", available: "90" });
    expect(last.holds.get("h-1")).toMatchObject({ state: "captured", remaining: Amount.zero });
  });

  it("names itself in the transfer of a capture, with its own source and user", () => {
    const state = stateWith(start, hold("h-1", "30", { source: "api", userId: "u-1" }));
    expect(changeOf(state, capture("k-1", "h-1")).booked?.transfer).toMatchObject({
      ...{ kind: "capture", holdId: "h-1", source: "api", userId: "u-1", amount: Amount.of("30") },
    });
  });

  it("is captured in spite of a limit that was raised, and of a customer who was disabled", () => {
    const strict = customer("100", {
      held: Amount.of("30"),
      minimumBalance: Amount.of("100"),
      enabled: false,
    });
    const state = { ...held, accounts: new Map(held.accounts).set("c-1/VC", strict) };
    expect(String(changeOf(state, capture("k-1", "h-1")).posted)).toBe("-30");
  });

  describe("of which more is asked for than remains", () => {
    const asked = { amount: Amount.of("130") };

    it("refuses, unless told otherwise", () => {
      expect(verdictOf(held, command(capture("k-1", "h-1", asked)))).toMatchObject({
        refused: [
          { refusal: { reason: "HOLD_EXCEEDED", remaining: Amount.of("30"), required: Amount.of("130") } },
        ],
      });
    });

    it("gives what it has, with `cap`", () => {
      const capped = stateWith(held, capture("k-1", "h-1", { ...asked, overage: "cap" }));
      expect(moneyOf(capped)).toEqual({ posted: "70", held: "0", available: "70" });
    });

    it("charges it all, below the minimum balance, with `allow_debt`", () => {
      const owing = stateWith(held, capture("k-1", "h-1", { ...asked, overage: "allow_debt" }));
      expect(moneyOf(owing)).toEqual({ posted: "-30", held: "0", available: "-30" });
      expect(owing.holds.get("h-1")).toMatchObject({ state: "captured", captured: Amount.of("130") });
    });
  });

  it("gives up all that is left when it is released, once", () => {
    const part = stateWith(held, capture("k-1", "h-1", { amount: Amount.of("10") }), release("l-1", "h-1"));
    expect(moneyOf(part)).toEqual({ posted: "90", held: "0", available: "90" });
    expect(refusals(verdictOf(part, command(release("l-2", "h-1"))))).toEqual([[0, "HOLD_NOT_ACTIVE"]]);
    expect(verdictOf(part, command(release("l-1", "h-1")))).toMatchObject({ receipts: [{ replay: true }] });
  });

  it("changes nothing where the capture is out of range", () => {
    const revenue = account({ role: "revenue" }, { funded: Amount.of("9999999999999999999.9") });
    const full = { ...held, accounts: new Map(held.accounts).set("revenue/VC", revenue) };
    const decision = decide(full, [command(capture("k-1", "h-1"))]);
    expect(decision.verdicts.map(refusals)).toEqual([[[0, "BALANCE_OUT_OF_RANGE"]]]);
    expect([decision.accounts, decision.holds]).toEqual([[], []]);
  });
});

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

describe("a dry run", () => {
  const dry = (operation: Operation): Command => ({ ...command(operation), dryRun: true });
  const held = stateWith(stateOf(customer("100")), charge("t-0", "10"), hold("h-1", "30"));

  it.each([
    charge("x", "60"),
    credit("x", "1"),
    refund("x", "t-0"),
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

it("fails loudly on an account that was not loaded", () => {
  expect(() => verdictOf(stateOf(), command(charge("t-1", "1")))).toThrow(
    "account c-1/VC was not loaded with its batch",
  );
});
