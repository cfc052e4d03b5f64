import fc from "fast-check";
import {
  Caller,
  currencies,
  customers,
  histories,
  type Intervention,
  type Round,
} from "../../test/model/history.ts";
import { type ModelAnswer, ModelLedger } from "../../test/model/model-ledger.ts";
import { amountOf, answerOf, commandOf, nanosOf } from "../../test/model/translate.ts";
import { type AccountState, accountKey, availableOf, balanceOf } from "./account.ts";
import { Amount } from "./amount.ts";
import type { Command } from "./command.ts";
import { account, at, orgId, stateAfter, stateOf } from "./decide.fixture.ts";
import { type Decision, decide } from "./decide.ts";
import { isExpired } from "./hold.ts";
import type { LedgerState } from "./ledger-view.ts";
import type { Entry } from "./perform/transfer.ts";

const names = { orgId, customerId: (name: string) => name, operationId: (key: string) => key };
const rounds = histories({ roundsMax: 12, movesMax: 5 });

const accounts = customers.flatMap((customerId) =>
  currencies.map((currency) => account({ customerId }, { id: `${customerId} in ${currency}`, currency })),
);

/** One batch of a history: what it started from, what it came to, and what the model answered. */
interface Batch {
  readonly state: LedgerState;
  readonly commands: readonly Command[];
  readonly decision: Decision;
  readonly expected: readonly ModelAnswer[];
}

/** Decides a history, a batch a round, with a clock that jumps as the rounds say. */
function play(history: readonly Round[]): { batches: Batch[]; model: ModelLedger; state: LedgerState } {
  const [model, caller] = [new ModelLedger(), new Caller()];
  let state = stateOf(...accounts);
  const batches = history.map((round): Batch => {
    model.now += round.pauseMs;
    state = { ...state, at: new Date(at.getTime() + model.now) };
    if (round.intervention !== null) state = intervene(state, model, round.intervention);
    const asked = caller.commandsOf(round, model);
    const commands = asked.map((each) => commandOf(each, names));
    const expected = asked.map((each) => model.submit(each));
    const start = state;
    const decision = decide(start, commands);
    state = stateAfter(start, decision);
    return { state: start, commands, decision, expected };
  });
  return { batches, model, state };
}

function intervene(state: LedgerState, model: ModelLedger, intervention: Intervention): LedgerState {
  const { type, customer } = intervention;
  if (type === "limit") model.account(customer, intervention.currency).minimum = intervention.minimum;
  else if (!model.disabled.delete(customer)) model.disabled.add(customer);
  const change = (each: AccountState): AccountState => {
    if (!("customerId" in each.owner) || each.owner.customerId !== customer) return each;
    if (type === "toggle") return { ...each, enabled: !each.enabled };
    return each.currency === intervention.currency
      ? { ...each, minimumBalance: amountOf(intervention.minimum) }
      : each;
  };
  return { ...state, accounts: new Map([...state.accounts].map(([key, each]) => [key, change(each)])) };
}

function holdsOfEveryHistory(property: (played: ReturnType<typeof play>) => void, numRuns = 150) {
  fc.assert(
    fc.property(rounds, (history) => property(play(history))),
    { numRuns },
  );
}

function holdsOfEveryBatch(property: (batch: Batch) => void) {
  holdsOfEveryHistory(({ batches }) => batches.forEach(property), 75);
}

function entriesOf({ done }: Decision): Entry[] {
  return done.flatMap(({ change: { booked } }) => (booked === null ? [] : [booked.from, booked.to]));
}

const keyOf = ({ owner, currency }: AccountState) => accountKey(owner, currency);

describe("whatever the history", () => {
  it("each command comes to what the model says", () => {
    holdsOfEveryHistory(({ batches }) => {
      for (const { decision, expected } of batches) expect(decision.verdicts.map(answerOf)).toEqual(expected);
    });
  });

  it("accounts and holds end as the model's do", () => {
    holdsOfEveryHistory(({ model, state }) => {
      for (const [key, expected] of model.accounts) {
        const ended = state.accounts.get(key);
        expect(ended && [nanosOf(ended.funded), nanosOf(ended.spent), ended.version]).toEqual([
          expected.funded,
          expected.spent,
          expected.version,
        ]);
      }
      const holds = [...state.holds.values()].map((hold) => {
        const isOver = isExpired(hold, state.at) || hold.state === "expired";
        return [hold.id, isOver ? "expired" : hold.state, isOver ? 0n : nanosOf(hold.remaining)];
      });
      const expected = [...model.holds].map(([id, hold]) => {
        const holdState = model.stateOf(hold);
        return [id, holdState, holdState === "expired" ? 0n : hold.remaining];
      });
      expect(holds).toEqual(expected);
    });
  });

  it("entries are equal and opposite, and each currency sums to zero", () => {
    holdsOfEveryHistory(({ batches, state }) => {
      for (const { change } of batches.flatMap(({ decision }) => decision.done)) {
        if (change.booked === null) continue;
        const { transfer, from, to } = change.booked;
        expect([String(to.amount), String(from.amount.negated())]).toEqual(
          Array(2).fill(String(transfer.amount)),
        );
        expect([from.account.currency, to.account.currency]).toEqual([transfer.currency, transfer.currency]);
      }
      for (const currency of currencies) {
        const balances = [...state.accounts.values()]
          .filter((each) => each.currency === currency)
          .map(balanceOf);
        expect(String(balances.reduce((sum, each) => sum.plus(each), Amount.zero))).toBe("0");
      }
    });
  });

  it("versions run 1, 2, 3 with no gap, and each entry bears the balance up to it", () => {
    holdsOfEveryHistory(({ batches }) => {
      const entries = batches.flatMap(({ decision }) => entriesOf(decision));
      for (const key of new Set(entries.map((entry) => keyOf(entry.account)))) {
        const own = entries.filter((entry) => keyOf(entry.account) === key);
        expect(own.map((entry) => entry.account.version)).toEqual(own.map((_, index) => index + 1));
        let sum = Amount.zero;
        for (const { amount, account: after } of own) {
          sum = sum.plus(amount);
          expect(String(balanceOf(after))).toBe(String(sum));
        }
      }
    });
  });

  it("nothing is spent that is not available, but for debt that was allowed", () => {
    holdsOfEveryBatch(({ decision }) => {
      for (const { operation, change } of decision.done) {
        const isSpending =
          operation.type === "hold" || (change.posted.isNegative() && operation.type !== "capture");
        if (isSpending) expect(availableOf(change.account)?.isNegative()).toBe(false);
      }
    });
  });

  it("what is held is what remains of active holds, and no hold expires unseen", () => {
    holdsOfEveryHistory(({ state, batches }) => {
      const touched = new Set(batches.at(-1)?.decision.accounts.map(keyOf));
      for (const [key, each] of state.accounts) {
        const own = [...state.holds.values()].filter(
          (hold) => accountKey(hold, hold.currency) === key && hold.state === "active",
        );
        if (touched.has(key)) expect(own.filter((hold) => isExpired(hold, state.at))).toEqual([]);
        expect(String(each.held)).toBe(
          String(own.reduce((sum, hold) => sum.plus(hold.remaining), Amount.zero)),
        );
        for (const hold of own)
          expect(each.holdsExpireAt?.getTime()).toBeLessThanOrEqual(hold.expiresAt.getTime());
      }
    });
  });

  it("every id is done once at the most", () => {
    holdsOfEveryHistory(({ batches }) => {
      const ids = batches.flatMap(({ decision }) => decision.done.map(({ change }) => change.id));
      expect(new Set(ids).size).toBe(ids.length);
    });
  });

  it("a command that is refused or only tried might as well not have been there", () => {
    holdsOfEveryBatch(({ state, commands, decision }) => {
      const isKept = (_: unknown, index: number) =>
        decision.verdicts[index]?.outcome === "done" && commands[index]?.dryRun === false;
      const without = decide(state, commands.filter(isKept));
      expect(without.verdicts).toEqual(decision.verdicts.filter(isKept));
      expect(without.done).toEqual(decision.done);
    });
  });

  it("deciding a batch at once is deciding its commands one by one", () => {
    holdsOfEveryBatch(({ state, commands, decision }) => {
      let alone = state;
      const verdicts = commands.flatMap((each) => {
        const decided = decide(alone, [each]);
        alone = stateAfter(alone, decided);
        return decided.verdicts;
      });
      expect(decision.verdicts).toEqual(verdicts);
      expect(plain(stateAfter(state, decision))).toEqual(plain(alone));
    });
  });

  it("what a batch starts from stays as it was", () => {
    holdsOfEveryBatch(({ state, commands }) => {
      const before = plain(state);
      decide(state, commands);
      expect(plain(state)).toEqual(before);
    });
  });
});

/** All that a state says, as text. */
function plain({ accounts, holds, refundables, known }: LedgerState): string {
  const done = [...known].map(([id, { content, change }]) => [id, content(), change]);
  return JSON.stringify([[...accounts], [...holds], [...refundables], done], null, 1);
}

it("the random histories hold every outcome, so the properties say something", () => {
  const outcomes = fc
    .sample(rounds, { numRuns: 200, seed: 1 })
    .flatMap((history) => play(history).batches.flatMap(({ expected }) => expected))
    .flatMap((answer) =>
      "refusals" in answer
        ? answer.refusals.map(({ reason }) => reason)
        : answer.receipts.map(({ replay, hold }) => (replay ? "replay" : `done ${hold?.state ?? ""}`)),
    );
  const counts = new Map<string, number>();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const rare = [
    ...[
      "done ",
      "done active",
      "done captured",
      "done released",
      "replay",
      "INSUFFICIENT_FUNDS",
      "KEY_CONFLICT",
    ],
    ...["KEY_REUSED", "CUSTOMER_DISABLED", "REFUND_TOO_LARGE", "HOLD_EXCEEDED", "HOLD_NOT_ACTIVE"],
  ].filter((outcome) => (counts.get(outcome) ?? 0) < 10);
  expect(rare).toEqual([]);
});
