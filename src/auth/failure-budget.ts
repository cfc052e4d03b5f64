import type { LRUCache } from "lru-cache";
import { boundedMap } from "../bounds/bounded-map.ts";

export interface Allowance {
  /** Failures at once. */
  readonly failuresMax: number;
  /** After this one more is allowed. */
  readonly refillMs: number;
  /** How many names are kept; the one that did not fail for longest is forgotten. */
  readonly namesMax: number;
}

/** How often each of many may fail. */
export class FailureBudget {
  /** For each name the moment at which it has its whole budget again: all that a bucket of tokens would say. */
  private readonly wholeAt: LRUCache<string, number>;

  constructor(
    private readonly allowance: Allowance,
    private readonly now: () => number,
  ) {
    this.wholeAt = boundedMap(allowance.namesMax);
  }

  /** Milliseconds until the name may fail once more; 0 where it may now. */
  waitMs(name: string): number {
    const { failuresMax, refillMs } = this.allowance;
    const wholeAt = this.wholeAt.get(name);
    return wholeAt === undefined ? 0 : Math.max(0, wholeAt - this.now() - (failuresMax - 1) * refillMs);
  }

  /** Notes a failure. One beyond the budget does not make the wait longer. */
  spend(name: string): void {
    const { failuresMax, refillMs } = this.allowance;
    const now = this.now();
    const wholeAt = Math.max(now, this.wholeAt.get(name) ?? now) + refillMs;
    this.wholeAt.set(name, Math.min(wholeAt, now + failuresMax * refillMs));
  }
}
