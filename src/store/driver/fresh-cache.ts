/** For how long what was loaded is used, in milliseconds, and how much of it is kept. */
export interface Freshness {
  /** Used without another look. */
  readonly freshMs: number;
  /** Used while it is loaded anew in the background. Past it the caller waits for the load. */
  readonly staleMs: number;
  readonly entriesMax: number;
}

interface Cached<V> {
  readonly value: V;
  readonly loadedAt: number;
}

/**
 * Keeps what is asked for all the time out of the database's way without ever being older than `staleMs`. What does not
 * exist is not kept. Callers that ask for one key at once share one load.
 */
export class FreshCache<V> {
  private readonly cached = new Map<string, Cached<V>>();
  private readonly loading = new Map<string, Promise<V | undefined>>();

  constructor(
    private readonly freshness: Freshness,
    private readonly now: () => number = () => performance.now(),
  ) {}

  async get(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> {
    const cached = this.cached.get(key);
    const age = cached === undefined ? Number.POSITIVE_INFINITY : this.now() - cached.loadedAt;
    if (cached === undefined || age > this.freshness.staleMs) return this.load(key, load);
    // A failed load leaves the old value until it is too old, and then the caller that waits sees the error.
    if (age > this.freshness.freshMs) this.load(key, load).catch(() => undefined);
    return cached.value;
  }

  /** Drops what is kept, as after a change of one's own. A load under way may still bring the old value back. */
  forget(key: string): void {
    this.cached.delete(key);
  }

  private load(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> {
    const underWay = this.loading.get(key);
    if (underWay !== undefined) return underWay;
    // The age counts from before the query, for what it reads may change right after.
    const loadedAt = this.now();
    const loading = load()
      .then((value) => {
        this.keep(key, value, loadedAt);
        return value;
      })
      .finally(() => this.loading.delete(key));
    this.loading.set(key, loading);
    return loading;
  }

  private keep(key: string, value: V | undefined, loadedAt: number): void {
    this.cached.delete(key);
    if (value === undefined) return;
    const [oldest] = this.cached.keys();
    if (this.cached.size >= this.freshness.entriesMax && oldest !== undefined) this.cached.delete(oldest);
    this.cached.set(key, { value, loadedAt });
  }
}
