import { Amount } from "../amount.ts";
import type { LimitHistory } from "./limit-history.ts";
import { countPassed } from "./passed.ts";
import { multiplesInside, type Span, stepFor } from "./round-step.ts";

/** An account as an operation left it. */
export interface AccountChange {
  /** Along the account. */
  readonly at: Date;
  /** The clock's when it was done, to which `held` and `minimum` are right: of what time alone caused it is later. */
  readonly doneAt: Date;
  readonly posted: Amount;
  readonly held: Amount;
  readonly minimum: Amount;
}

/** What holds that expired at a moment no longer set aside. */
export interface Expiry {
  readonly at: Date;
  readonly amount: Amount;
}

/** A balance at a moment. Null is what is not known. */
export interface BalanceState {
  readonly at: Date;
  readonly posted: Amount;
  readonly held: Amount | null;
  readonly minimumBalance: Amount | null;
}

/** A point of a curve. */
export interface BalancePoint extends BalanceState {
  /** The lowest that was available since the point before, and when it was first that; null where it is not known. */
  readonly lowest: { readonly at: Date; readonly available: Amount } | null;
}

/** The points of a curve. */
export interface BalanceCurve {
  readonly points: readonly BalancePoint[];
  /** How far apart they are, in milliseconds; null where each change has a point. */
  readonly step: number | null;
}

/** All that changed a balance in a span. */
export interface BalanceChanges {
  readonly span: Span;
  /** The newest at or before the span's start. */
  readonly before: AccountChange | undefined;
  /** Behind that, in the order in which they were done. */
  readonly changes: readonly AccountChange[];
  /** In the order of their times, from the oldest moment that any of these speaks of. */
  readonly expiries: readonly Expiry[];
  readonly limits: LimitHistory;
}

export function availableAt({ posted, held, minimumBalance }: BalanceState): Amount | null {
  return held === null || minimumBalance === null ? null : posted.minus(held).minus(minimumBalance);
}

/** A point at each change where that makes no more points than so many, else at the ends and in even steps between. */
export function curveOf(of: BalanceChanges, pointsMax: number): BalanceCurve {
  const { span } = of;
  const [first, ...states] = statesOf(of);
  const moments = new Set(states.map(({ at }) => at.getTime()));
  for (const end of [span.from, span.to]) moments.add(end.getTime());
  if (moments.size <= pointsMax) {
    const times = [...moments].sort((a, b) => a - b).map((at) => new Date(at));
    return { points: pointsAt(times, first, states), step: null };
  }
  const { times, step } = evenTimes(span, pointsMax);
  return { points: pointsAt(times, first, states), step };
}

/** The ends of a span, and the moments between that are so many at the most with them. */
export function evenTimes(span: Span, pointsMax: number): { times: Date[]; step: number } {
  const step = stepFor(span, pointsMax - 1);
  return { times: [span.from, ...multiplesInside(span, step), span.to], step };
}

/** A balance behind the newest change, less what had expired since that was done. */
export function stateAt(
  at: Date,
  of: {
    readonly change: AccountChange | undefined;
    /** Null where it is not known. */
    readonly expired: Amount | null;
    readonly limits: LimitHistory;
  },
): BalanceState {
  const { change, expired, limits } = of;
  const { minimum, since } = limits.at(at.getTime());
  const posted = change?.posted ?? Amount.zero;
  const held = change === undefined ? Amount.zero : expired && change.held.minus(expired);
  // The operation itself says what held when it was decided, until the limit was changed again.
  const isOfChange = change !== undefined && change.doneAt <= at && change.doneAt.getTime() > since;
  return { at, posted, held, minimumBalance: isOfChange ? change.minimum : minimum };
}

/** The state at the start, and each other one up to the end. Of changes at one moment each has its own. */
function statesOf({
  span,
  before,
  changes,
  expiries,
  limits,
}: BalanceChanges): [BalanceState, ...BalanceState[]] {
  const total = runningTotal(expiries);
  const stateOf = (at: Date, change: AccountChange | undefined) => {
    const expired = change && total(at).minus(total(change.doneAt));
    return stateAt(at, { change, expired: expired ?? Amount.zero, limits });
  };
  const first = stateOf(span.from, before);
  const states: BalanceState[] = [];
  let last = first;
  const add = (state: BalanceState) => {
    if (isSame(state, last)) return;
    states.push(state);
    last = state;
  };
  const moments = otherMoments({ span, expiries, limits });
  let [index, newest] = [0, before];
  const passTo = (end: number) => {
    for (let at = moments[index]; at !== undefined && at < end; at = moments[index]) {
      add(stateOf(new Date(at), newest));
      index += 1;
    }
  };
  for (const change of changes) {
    passTo(change.at.getTime());
    newest = change;
    add(stateOf(change.at, change));
  }
  passTo(Number.POSITIVE_INFINITY);
  return [first, ...states];
}

/** When time or a limit changed something, in order. */
function otherMoments({ span, expiries, limits }: Pick<BalanceChanges, "span" | "expiries" | "limits">) {
  const all = new Set([...expiries.map(({ at }) => at.getTime()), ...limits.changes()]);
  const isInside = (at: number) => at > span.from.getTime() && at <= span.to.getTime();
  return [...all].filter(isInside).sort((a, b) => a - b);
}

/** What expired up to a moment, of those that are known. */
function runningTotal(expiries: readonly Expiry[]): (at: Date) => Amount {
  const times = expiries.map(({ at }) => at.getTime());
  const totals = [Amount.zero];
  for (const { amount } of expiries) totals.push((totals.at(-1) ?? Amount.zero).plus(amount));
  return (at) => totals[countPassed(times, at.getTime())] ?? Amount.zero;
}

function pointsAt(
  times: readonly Date[],
  first: BalanceState,
  states: readonly BalanceState[],
): BalancePoint[] {
  let [index, last] = [0, first];
  return times.map((at) => {
    const passed: BalanceState[] = [];
    for (let state = states[index]; state !== undefined && state.at <= at; state = states[index]) {
      passed.push(state);
      index += 1;
    }
    last = { ...(passed.at(-1) ?? last), at };
    return { ...last, lowest: lowestOf(passed.length > 0 ? passed : [last]) };
  });
}

function lowestOf(states: readonly BalanceState[]): BalancePoint["lowest"] {
  let lowest: BalancePoint["lowest"] = null;
  for (const state of states) {
    const available = availableAt(state);
    if (available === null) return null;
    if (lowest === null || available.isLessThan(lowest.available)) lowest = { at: state.at, available };
  }
  return lowest;
}

function isSame(one: BalanceState, other: BalanceState): boolean {
  const { posted, held, minimumBalance } = one;
  return (
    posted.equals(other.posted) && isEqual(held, other.held) && isEqual(minimumBalance, other.minimumBalance)
  );
}

function isEqual(one: Amount | null, other: Amount | null): boolean {
  return one === null || other === null ? one === other : one.equals(other);
}
