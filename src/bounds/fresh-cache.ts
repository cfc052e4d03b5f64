import type { LRUCache } from "lru-cache";
import { boundedMap } from "./bounded-map.ts";

/** For how long what was loaded is used, in milliseconds, and how much of it is kept. */
export interface Freshness {
  /** Used without another look. */
  readonly freshMs: number;
  /** Used while it is loaded anew in the background. Past it the caller waits for the load. */
  readonly staleMs: number;
  readonly entriesMax: number;
}

/**
 * Keeps what is asked for all the time out of the database's way without ever being older than `staleMs`. What does not
 * exist is not kept. Callers that ask for one key at once share one load.
 */
export class FreshCache<V extends {}> {
  /** With the moment from which its age counts. The library's own ages take several times as long to ask for. */
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

  /** What can be had without waiting, which is loaded anew in the background where it is not fresh. */
  kept(key: string, load: () => Promise<V | undefined>): V | undefined {
    const cached = this.cached.get(key);
    const ageMs = cached === undefined ? Number.POSITIVE_INFINITY : this.now() - cached.since;
    if (ageMs > this.freshness.staleMs) return undefined;
    // A failed load leaves the old value until it is too old, and then the caller that waits sees the error.
    if (ageMs > this.freshness.freshMs) this.renew(key, load).catch(() => undefined);
    return cached?.value;
  }

  /** Loads it anew, whatever is kept; those who ask meanwhile get what is kept as long as it is not stale. */
  renew(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> {
    const underWay = this.loading.get(key);
    if (underWay !== undefined) return underWay;
    // The age counts from before the query, for what it reads may change right after.
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

  /** Drops what is kept, as after a change of one's own. A load under way may still bring the old value back. */
  forget(key: string): void {
    this.cached.delete(key);
  }
}
