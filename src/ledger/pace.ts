/** Over so many milliseconds it is measured, since several lanes take at nearly the same moment. */
const windowMs = 50;

/** How fast a line can be taken from, measured from one full batch to the next. */
export class Pace {
  private perMs = 0;
  private taken = 0;
  /** When the window began; the first begins with the first batch. */
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

  /** How long so many will take, in milliseconds; 0 where nobody knows. */
  msOf(count: number): number {
    return this.perMs === 0 ? 0 : count / this.perMs;
  }
}
