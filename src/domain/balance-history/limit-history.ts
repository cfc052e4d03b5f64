import type { Amount } from "../amount.ts";
import { type Limit, minimumBalanceAt } from "../limit.ts";
import { countPassed } from "./passed.ts";

/** A limit as it was set, and from when on, in milliseconds; the oldest one from minus infinity on. */
export interface LimitPeriod {
  readonly from: number;
  readonly limit: Limit;
}

/** What a limit came to, and since when, in milliseconds. */
interface PastMinimum {
  /** Null where it is not known. */
  readonly minimum: Amount | null;
  readonly since: number;
}

/** How low a balance could go at the moments of the past. */
export class LimitHistory {
  private readonly minimums: readonly PastMinimum[];
  private readonly times: readonly number[];

  /** `periods` in their order. */
  constructor(periods: readonly LimitPeriod[]) {
    this.minimums = periods.flatMap((period, index) => minimumsIn(period, periods[index + 1]?.from));
    this.times = this.minimums.map(({ since }) => since);
  }

  at(moment: number): PastMinimum {
    const found = this.minimums[countPassed(this.times, moment) - 1];
    return found ?? { minimum: null, since: Number.NEGATIVE_INFINITY };
  }

  /** When it may have changed: it was set, or one with an end ended. */
  changes(): readonly number[] {
    return this.times;
  }
}

function minimumsIn({ from, limit }: LimitPeriod, end = Number.POSITIVE_INFINITY): PastMinimum[] {
  const ends = limit.temporary.map(({ endsAt }) => endsAt.getTime()).filter((at) => at > from && at < end);
  const times = [from, ...ends.sort((a, b) => a - b)];
  return times.map((since) => ({ since, minimum: minimumAt(limit, since) }));
}

/** Minus infinity is no date, and no limit has ended by then. */
function minimumAt(limit: Limit, since: number): Amount {
  return minimumBalanceAt(limit, new Date(Math.max(since, -8.64e15)));
}
