const windowMs = 1_000;

/** So many in each second, and no more. */
export class LineBudget {
  readonly #max: number;
  #sinceMs = Number.NEGATIVE_INFINITY;
  #taken = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Whether there may be another now. */
  take(nowMs: number): boolean {
    if (nowMs - this.#sinceMs >= windowMs) {
      this.#sinceMs = nowMs;
      this.#taken = 0;
    }
    this.#taken += 1;
    return this.#taken <= this.#max;
  }
}
