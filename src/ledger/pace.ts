/** The time over which it is measured. Several lanes take batches at nearly the same moment. */
const windowMs = 50;

/** The throughput of a line, measured from one full batch to the next. */
export class Pace {
  private perMs = 0;
  private taken = 0;
  /** When the window began; undefined before the first batch. */
  private since: number | undefined;

  take(count: number, now: number): void {
    if (this.since === undefined) {
      this.since = now;
      return;
    }
    this.taken += count;
    const ms = now - this.since;
    if (ms < windowMs) return;
    const perMs = this.taken / ms;
    this.perMs = this.perMs === 0 ? perMs : (this.perMs + perMs) / 2;
    this.since = now;
    this.taken = 0;
  }

  /** How long so many commands will take, in milliseconds; 0 where that is not known. */
  msOf(count: number): number {
    return this.perMs === 0 ? 0 : count / this.perMs;
  }
}
