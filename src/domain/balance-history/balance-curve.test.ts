import { Random, seedOf } from "../../../test/workload/random.ts";
import { Amount } from "../amount.ts";
import {
  type AccountChange,
  availableAt,
  type BalanceChanges,
  curveOf,
  type Expiry,
} from "./balance-curve.ts";
import { LimitHistory, type LimitPeriod } from "./limit-history.ts";

const random = new Random(seedOf("balance curve"));
const of = (units: number) => Amount.of(String(units));
const date = (ms: number) => new Date(ms);
const end = 400;

/** Posted, held, and how low it may go. */
type State = readonly [posted: number, held: number, minimum: number];

/** An account that is kept in a way of its own: what it was is written down for each millisecond. */
class Kept {
  readonly changes: AccountChange[] = [];
  readonly expiries: Expiry[] = [];
  readonly periods: LimitPeriod[] = [{ from: Number.NEGATIVE_INFINITY, limit: limit(0) }];
  /** Behind all that was done by each millisecond. */
  readonly states: State[] = [[0, 0, 0]];
  /** What was available behind each change of a millisecond. */
  readonly available: number[][] = [];
  private posted = 0;
  private holds: { readonly amount: number; readonly expiresAt: number }[] = [];
  private lasting = 0;
  private temporary = { minimum: 0, endsAt: 0 };

  constructor() {
    for (let now = 1; now <= end; now += 1) {
      this.expire(now);
      const done: State[] = [];
      if (random.below(12) === 0) this.changeLimit(now);
      else if (random.below(3) === 0)
        for (let n = random.below(3); n >= 0; n -= 1) done.push(this.operate(now));
      const passed = [this.states[now - 1] ?? [0, 0, 0], ...done, this.stateAt(now)];
      this.states[now] = this.stateAt(now);
      const changed = passed.slice(1).filter((state, index) => state.join() !== passed[index]?.join());
      this.available[now] = changed.map(([posted, held, minimum]) => posted - held - minimum);
    }
  }

  private expire(now: number): void {
    const due = this.holds.filter(({ expiresAt }) => expiresAt === now);
    this.holds = this.holds.filter((hold) => !due.includes(hold));
    for (const { amount } of due) this.expiries.push({ at: date(now), amount: of(amount) });
  }

  private changeLimit(now: number): void {
    const isLasting = random.below(2) === 0;
    if (isLasting) this.lasting = random.below(20) - 10;
    this.temporary = {
      minimum: random.below(20) - 10,
      endsAt: isLasting ? 0 : now + 1 + random.below(50),
    };
    const { minimum, endsAt } = this.temporary;
    const temporary = isLasting ? [] : [{ minimum: of(minimum), endsAt: date(endsAt) }];
    this.periods.push({ from: now, limit: { ...limit(this.lasting), temporary } });
  }

  private operate(now: number): State {
    const what = random.below(4);
    if (what === 0) this.holds.push({ amount: 1 + random.below(9), expiresAt: now + 1 + random.below(60) });
    else if (what === 1) this.holds.splice(random.below(this.holds.length), 1);
    else this.posted += random.below(21) - 10;
    const state = this.stateAt(now);
    const [posted, held, minimum] = state.map(of) as [Amount, Amount, Amount];
    this.changes.push({ at: date(now), doneAt: date(now), posted, held, minimum });
    return state;
  }

  private stateAt(now: number): State {
    const held = this.holds.reduce((sum, { amount }) => sum + amount, 0);
    const { minimum, endsAt } = this.temporary;
    return [this.posted, held, endsAt > now ? minimum : this.lasting];
  }
}

function limit(lasting: number) {
  return { temporary: [], lasting: of(lasting), fallback: Amount.zero };
}

it.each(Array.from({ length: 40 }, (_, n) => n))(
  "tells each moment as it was, and the lowest between: %i",
  (n) => {
    const kept = new Kept();
    const from = 1 + random.below(200);
    const span = { from: date(from), to: date(end) };
    const before = kept.changes.findLast(({ at }) => at <= span.from);
    const changes: BalanceChanges = {
      ...{ span, before, expiries: kept.expiries, limits: new LimitHistory(kept.periods) },
      changes: kept.changes.filter(({ at }) => at > span.from),
    };
    const { points, step } = curveOf(changes, n % 2 === 0 ? 500 : 20);
    expect(step === null).toBe(n % 2 === 0);
    let last = from;
    for (const [index, point] of points.entries()) {
      const at = point.at.getTime();
      const [posted, held, minimum] = kept.states[at] ?? [0, 0, 0];
      expect([point.posted, point.held, point.minimumBalance].map(String)).toEqual(
        [posted, held, minimum].map(String),
      );
      const passed = index === 0 ? [] : kept.available.slice(last + 1, at + 1).flat();
      const lowest = passed.length > 0 ? Math.min(...passed) : posted - held - minimum;
      expect(point.lowest?.available.toString()).toBe(String(lowest));
      last = at;
    }
    expect([points[0]?.at, points.at(-1)?.at]).toEqual([span.from, span.to]);
    if (step !== null) return;
    // Between two points nothing was otherwise than at the first.
    for (let at = from; at <= end; at += 1) {
      const point = points.findLast((each) => each.at.getTime() <= at);
      const [posted, held, minimum] = kept.states[at] ?? [];
      expect([point?.posted, point?.held, point?.minimumBalance].map(String)).toEqual(
        [posted, held, minimum].map(String),
      );
    }
  },
);

describe("what time alone captured", () => {
  // One hold, of 30, was to be captured at 100, another one, of 7, expired at 150; somebody looked at 200.
  const expiries = [{ at: date(150), amount: of(7) }];
  const held: AccountChange = {
    at: date(50),
    doneAt: date(50),
    posted: of(100),
    held: of(37),
    minimum: of(0),
  };
  const captured: AccountChange = {
    at: date(100),
    doneAt: date(200),
    posted: of(70),
    held: of(0),
    minimum: of(-9),
  };
  const limits = new LimitHistory([
    { from: Number.NEGATIVE_INFINITY, limit: limit(0) },
    { from: 180, limit: limit(-9) },
  ]);
  const span = { from: date(60), to: date(300) };

  it("counts from its date on, and neither the holds nor the limit of when it was done", () => {
    const { points } = curveOf({ span, before: held, changes: [captured], expiries, limits }, 10);
    expect(
      points.map((point) => [
        point.at.getTime(),
        ...[point.posted, point.held, point.minimumBalance].map(String),
      ]),
    ).toEqual([
      [60, "100", "37", "0"],
      [100, "70", "7", "0"],
      [150, "70", "0", "0"],
      [180, "70", "0", "-9"],
      [300, "70", "0", "-9"],
    ]);
  });
});

it("says of a limit what an operation was decided by, until it was changed, and nothing of what is not known", () => {
  const change: AccountChange = {
    at: date(50),
    doneAt: date(50),
    posted: of(1),
    held: of(0),
    minimum: of(-5),
  };
  const limits = new LimitHistory([{ from: 80, limit: limit(-3) }]);
  const span = { from: date(10), to: date(100) };
  const { points } = curveOf({ span, before: undefined, changes: [change], expiries: [], limits }, 10);
  expect(
    points.map((point) => [point.at.getTime(), point.minimumBalance, availableAt(point)].map(String)),
  ).toEqual([
    ["10", "null", "null"],
    ["50", "-5", "6"],
    ["80", "-3", "4"],
    ["100", "-3", "4"],
  ]);
  expect(points.map(({ lowest }) => lowest && String(lowest.available))).toEqual([null, "6", "4", "4"]);
});
