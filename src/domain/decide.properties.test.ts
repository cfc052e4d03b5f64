import fc from "fast-check";
import {
  Caller,
  counters,
  currencies,
  customers,
  histories,
  type Intervention,
  type Round,
} from "../../test/model/history.ts";
import type { ModelAnswer } from "../../test/model/model-command.ts";
import { ModelLedger } from "../../test/model/model-ledger.ts";
import { amountOf, answerOf, commandOf, counterOf, nanosOf } from "../../test/model/translate.ts";
import { type AccountState, availableOf, balanceOf } from "./account.ts";
import { Amount } from "./amount.ts";
import type { Command } from "./command.ts";
import { differingFields } from "./content.ts";
import { account, at, orgId, stateOf } from "./decide.fixture.ts";
import { type Decision, decide } from "./decide.ts";
import { isExpired } from "./hold.ts";
import type { LedgerState } from "./ledger-view.ts";
import { identityOf } from "./operation-id.ts";
import { customerSide, type Side } from "./recorded.ts";
import { resolved } from "./resolved.fixture.ts";
import { stateAfter, stateAt, sumOf } from "./state.fixture.ts";
import { postedChange } from "./verdict.fixture.ts";

const names = {
  orgId,
  customerId: (name: string) => name,
  identity: (key: string) => identityOf(orgId, key),
};
const rounds = histories({ roundsMax: 12, movesMax: 5 });
/** Holds that one batch notes as expired, so that some count as if they were. */
const notedMax = 1;

const accounts = currencies.flatMap((currency) => [
  ...customers.map((customerId) => account({ customerId }, { currency })),
  ...counters.map((counter) => account({ counter: counterOf(counter, names) ?? "" }, { currency })),
]);

/** One batch of a history: what it started from, what it came to, and what the model answered. */
interface Batch {
  readonly state: LedgerState;
  /** The same with every hold there is. */
  readonly before: LedgerState;
  readonly commands: readonly Command[];
  readonly decision: Decision;
  readonly expected: readonly ModelAnswer[];
  /** What is true after it. */
  readonly after: LedgerState;
}

/** Decides a history, a batch a round, with a clock that jumps as the rounds say. */
function play(history: readonly Round[]): { batches: Batch[]; model: ModelLedger; state: LedgerState } {
  const [model, caller] = [new ModelLedger(), new Caller()];
  let state = stateOf(...accounts);
  const batches = history.map((round): Batch => {
    model.advance(round.pauseMs);
    model.settleAll();
    state = stateAt(state, new Date(at.getTime() + model.now), notedMax);
    if (round.intervention !== null) state = intervene(state, model, round.intervention);
    const asked = caller.commandsOf(round, model);
    const commands = asked.map((each) => resolved(commandOf(each, names), state));
    const expected = asked.map((each) => model.submit(each));
    const start = { ...state, holds: namedIn(commands, state) };
    const decision = decide(start, commands);
    const before = state;
    state = stateAfter(before, decision);
    return { state: start, before, commands, decision, expected, after: state };
  });
  return { batches, model, state };
}

/** A batch reads the holds that it names, and no others. */
function namedIn(commands: readonly Command[], { holds }: LedgerState): LedgerState["holds"] {
  const ids = commands.flatMap(({ operations }) =>
    operations.flatMap((operation) => ("holdId" in operation ? [operation.holdId] : [])),
  );
  return new Map([...holds].filter(([id]) => ids.includes(id)));
}

function intervene(state: LedgerState, model: ModelLedger, intervention: Intervention): LedgerState {
  if (intervention.type === "configure") {
    if (!model.inactive.delete(intervention.currency)) model.inactive.add(intervention.currency);
    const configured = currencies.map((code) => {
      const terms = { places: 9, isActive: !model.inactive.has(code), minimumTopUp: Amount.zero };
      return [code, terms] as const;
    });
    return { ...state, currencies: { hasAny: true, usable: [], configured: new Map(configured) } };
  }
  const { type, customer } = intervention;
  // What a batch reads is the limit of then; ends are none of its business.
  if (type === "limit")
    model.setLimit(customer, intervention.currency, { minimum: intervention.minimum, endsAt: null });
  else if (type === "overdraft")
    model.overdrafts.set(`${customer}/${intervention.currency}`, intervention.overdraft);
  else if (!model.disabled.delete(customer)) model.disabled.add(customer);
  const change = (each: AccountState): AccountState => {
    if (!("customerId" in each.owner) || each.owner.customerId !== customer) return each;
    if (type === "toggle") return { ...each, customer: each.customer === "active" ? "disabled" : "active" };
    if (each.currency !== intervention.currency) return each;
    return type === "limit"
      ? { ...each, minimumBalance: amountOf(intervention.minimum) }
      : { ...each, captureOverdraft: amountOf(intervention.overdraft) };
  };
  return { ...state, accounts: new Map([...state.accounts].map(([key, each]) => [key, change(each)])) };
}

function holdsOfEveryHistory(property: (played: ReturnType<typeof play>) => void, numRuns = 12) {
  fc.assert(
    fc.property(rounds, (history) => property(play(history))),
    { numRuns },
  );
}

function holdsOfEveryBatch(property: (batch: Batch) => void) {
  holdsOfEveryHistory(({ batches }) => batches.forEach(property));
}

function entriesOf({ done }: Decision): { side: Side; amount: Amount }[] {
  return done.flatMap(({ from, to, amount }) =>
    to === null
      ? []
      : [
          { side: from, amount: amount.negated() },
          { side: to, amount },
        ],
  );
}

/** What was done on every account, in order. */
function sidesOf(batches: readonly Batch[]): Map<string, Side[]> {
  const sides = new Map<string, Side[]>();
  for (const { from, to } of batches.flatMap(({ decision }) => decision.done)) {
    for (const side of to === null ? [from] : [from, to])
      sides.set(side.account.id, [...(sides.get(side.account.id) ?? []), side]);
  }
  return sides;
}

describe("whatever the history", () => {
  it("each command comes to what the model says", () => {
    holdsOfEveryHistory(({ batches }) => {
      for (const { decision, expected } of batches) expect(decision.verdicts.map(answerOf)).toEqual(expected);
    });
  });

  it("accounts and holds end as the model's do", () => {
    holdsOfEveryHistory(({ model, state }) => {
      for (const [name, expected] of model.accounts) {
        const ended = state.accounts.get(`customer/${name}`);
        expect(
          ended && [nanosOf(ended.funded), nanosOf(ended.spent), nanosOf(ended.withdrawn), ended.version],
        ).toEqual([expected.funded, expected.spent, expected.withdrawn, expected.version]);
      }
      const holds = [...state.holds.values()].map((hold) => {
        const isOver = isExpired(hold, state.at) || hold.state === "expired";
        return [hold.id, isOver ? "expired" : hold.state, isOver ? 0n : nanosOf(hold.remaining)];
      });
      const expected = [...model.holds].map(([key, hold]) => {
        const holdState = model.stateOf(hold);
        return [names.identity(key).id, holdState, holdState === "expired" ? 0n : hold.remaining];
      });
      expect(holds).toEqual(expected);
    });
  });

  it("both sides move by the amount, in one currency, and each currency sums to zero", () => {
    holdsOfEveryHistory(({ batches, state }) => {
      for (const { from, to, currency } of batches.flatMap(({ decision }) => decision.done)) {
        expect([from.account.currency, to?.account.currency ?? currency]).toEqual([currency, currency]);
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
      for (const id of new Set(entries.map(({ side }) => side.account.id))) {
        const own = entries.filter(({ side }) => side.account.id === id);
        expect(own.map(({ side }) => side.account.version)).toEqual(own.map((_, index) => index + 1));
        let sum = Amount.zero;
        for (const { amount, side } of own) {
          sum = sum.plus(amount);
          expect(String(balanceOf(side.account))).toBe(String(sum));
        }
      }
    });
  });

  it("time and sequences never run backwards along an account, and each is of one thing", () => {
    holdsOfEveryHistory(({ batches, state }) => {
      for (const [id, sides] of sidesOf(batches)) {
        const times = sides.map(({ at: moment }) => moment.getTime());
        expect(times).toEqual([...times].sort((a, b) => a - b));
        const sequences = sides.map(({ account: { sequence } }) => sequence);
        expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
        const ended = [...state.accounts.values()].find((each) => each.id === id);
        const expiries = [...state.holds.values()].filter(
          (hold) => hold.accountId === id && hold.state === "expired",
        );
        // A hold that had expired may have been captured late, and is then no longer seen to have expired.
        expect(ended && ended.sequence - sequences.length).toBeGreaterThanOrEqual(expiries.length);
      }
    });
  });

  it("nothing is spent that is not available, but for debt that was allowed", () => {
    holdsOfEveryBatch(({ decision }) => {
      for (const recorded of decision.done) {
        const mayOwe = recorded.kind === "capture" || recorded.asked?.["allow_debt"] === "true";
        const isSpending = recorded.kind === "hold" || postedChange(recorded).isNegative();
        if (isSpending && !mayOwe)
          expect(availableOf(customerSide(recorded).account)?.isNegative()).toBe(false);
      }
    });
  });

  it("what is held is what remains of holds that have not expired, and nothing is due unseen", () => {
    holdsOfEveryBatch(({ after }) => {
      for (const each of after.accounts.values()) {
        const own = [...after.holds.values()].filter(
          (hold) => hold.accountId === each.id && hold.state === "active",
        );
        const [expired, live] = [true, false].map((isOver) =>
          own.filter((hold) => isExpired(hold, after.at) === isOver),
        );
        expect([String(each.held), String(each.overdue)]).toEqual([
          String(sumOf(live ?? [])),
          String(sumOf(expired ?? [])),
        ]);
        for (const hold of own) expect(each.dueAt?.getTime()).toBeLessThanOrEqual(hold.expiresAt.getTime());
      }
    });
  });

  it("no more is given or taken back of anything than it was, and the newest says how much", () => {
    holdsOfEveryHistory(({ state }) => {
      for (const [id, returned] of state.returned) {
        const origin = state.known.get(id)?.recorded;
        const parts = [...state.known.values()].filter(({ recorded }) => recorded.refersTo === id);
        const sum = parts.reduce((total, { recorded }) => total.plus(recorded.amount), Amount.zero);
        expect(String(returned)).toBe(String(sum));
        expect(origin?.amount.isLessThan(sum)).toBe(false);
      }
    });
  });

  it("what was done has the content that was asked for", () => {
    holdsOfEveryBatch(({ commands, decision }) => {
      const asked = new Map(commands.flatMap(({ operations }) => operations.map((each) => [each.id, each])));
      for (const recorded of decision.done) {
        const candidates = commands.flatMap(({ operations }) =>
          operations.filter(({ id }) => id === recorded.id),
        );
        if (!asked.has(recorded.id)) continue;
        const differing = candidates.map((each) => differingFields(recorded, each).length);
        expect(Math.min(...differing)).toBe(0);
      }
    });
  });

  it("every id is done once at the most", () => {
    holdsOfEveryHistory(({ batches }) => {
      const ids = batches.flatMap(({ decision }) => decision.done.map(({ id }) => id));
      expect(new Set(ids).size).toBe(ids.length);
    });
  });

  it("a command that is refused or only tried might as well not have been there", () => {
    holdsOfEveryBatch(({ state, commands, decision }) => {
      const isKept = (_: unknown, index: number) =>
        decision.verdicts[index]?.outcome === "done" && commands[index]?.dryRun === false;
      const without = decide(state, commands.filter(isKept));
      expect(textOf(without.verdicts)).toEqual(textOf(decision.verdicts.filter(isKept)));
      expect(textOf(without.done)).toEqual(textOf(decision.done));
    });
  });

  it("deciding a batch at once is deciding its commands one by one", () => {
    holdsOfEveryBatch(({ before, commands }) => {
      // With every expiry noted, because a batch does that first.
      const start = stateAt(before, before.at, before.holds.size);
      const decision = decide(start, commands);
      let alone = start;
      const verdicts = commands.flatMap((each) => {
        const decided = decide(alone, [each]);
        alone = stateAfter(alone, decided);
        return decided.verdicts;
      });
      expect(textOf(decision.verdicts)).toEqual(textOf(verdicts));
      expect(plain(stateAfter(start, decision))).toEqual(plain(alone));
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

/** All that a state says. */
function plain({ accounts, holds, returned, newestCredits, known }: LedgerState): string {
  return textOf([[...accounts], [...holds], [...returned], [...newestCredits], [...known]]);
}

/**
 * Without the moment from which on somebody is to look for what is due, which may be too early, and what is told of it:
 * nothing where it has passed, as after the capture of what was due.
 */
function textOf(value: unknown): string {
  const plainly = (name: string, inner: unknown) => {
    if (name === "dueAt" || name === "freeInMs") return undefined;
    return inner instanceof Amount ? String(inner) : inner;
  };
  return JSON.stringify(value, plainly, 1);
}

it("the random histories hold every outcome, so the properties say something", () => {
  const outcomes = fc
    .sample(rounds, { numRuns: 100, seed: 1 })
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
    ...["REVERSAL_TOO_LARGE", "CURRENCY_NOT_USABLE"],
  ].filter((outcome) => (counts.get(outcome) ?? 0) < 4);
  expect(rare).toEqual([]);
});
