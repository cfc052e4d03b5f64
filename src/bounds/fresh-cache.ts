import type { LRUCache } from "lru-cache";
import { boundedMap } from "./bounded-map.ts";

/** How long a loaded value is used, in milliseconds, and how many are kept. */
export interface Freshness {
  /** Up to this age a value is used as it is. */
  readonly freshMs: number;
  /** Up to this age it is used, and loaded again in the background. When it is older, the caller waits for the load. */
  readonly staleMs: number;
  readonly entriesMax: number;
}

/**
 * A cache whose answers are never older than `staleMs`. It keeps no absent values. Callers that ask for one key at the same
 * time share one load.
 */
export class FreshCache<V extends {}> {
  /** `since` is when the age begins. Asking the library for its own ages takes several times as long. */
  private readonly cached: LRUCache<string, { readonly value: V; readonly since: number }>;
  /** Not the library's own `fetch`: that keeps what is gone until it is stale, and answers stale values without a bound. */
  private readonly loading = new Map<string, Promise<V | undefined>>();

  constructor(
    private readonly freshness: Freshness,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.cached = boundedMap(freshness.entriesMax);
  }

  async get(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> {
    return this.kept(key, load) ?? this.renew(key, load);
  }

  /** The value that can be had without waiting. Where it is not fresh it is loaded again in the background. */
  kept(key: string, load: () => Promise<V | undefined>): V | undefined {
    const cached = this.cached.get(key);
    const ageMs = cached === undefined ? Number.POSITIVE_INFINITY : this.now() - cached.since;
    if (ageMs > this.freshness.staleMs) return undefined;
    // A failed load leaves the old value until it is too old, and then the caller that waits sees the error.
    if (ageMs > this.freshness.freshMs) this.renew(key, load).catch(() => undefined);
    return cached?.value;
  }

  /** Loads the value again, whatever is kept. Until that is done, others get the kept value while it is not stale. */
  renew(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> {
    const underWay = this.loading.get(key);
    if (underWay !== undefined) return underWay;
    // The age begins before the query: what it reads may change right after.
    const since = this.now();
    const loading = load()
      .then((value) => {
        if (value === undefined) this.cached.delete(key);
        else this.cached.set(key, { value, since });
        return value;
      })
      .finally(() => this.loading.delete(key));
    this.loading.set(key, loading);
    return loading;
  }

  /** Drops the value, as after a change of our own. A load that is under way may still bring the old one back. */
  forget(key: string): void {
    this.cached.delete(key);
  }
}
