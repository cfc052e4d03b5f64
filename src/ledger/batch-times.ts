/** Measures how long the parts of one batch take. */
export class BatchTimes {
  /** How many operations were decided. */
  operations = 0;
  lockMs = 0;
  commitMs: number | undefined;
  readonly since = performance.now();

  get ms(): number {
    return performance.now() - this.since;
  }

  async locking<T>(locking: Promise<T>): Promise<T> {
    const since = performance.now();
    const locked = await locking;
    this.lockMs += performance.now() - since;
    return locked;
  }

  async committing(committing: Promise<void>): Promise<void> {
    const since = performance.now();
    await committing;
    this.commitMs = performance.now() - since;
  }
}
