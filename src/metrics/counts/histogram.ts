/** Counts values by fixed buckets, in so many rows that have the same ones. To add one allocates nothing. */
export class Histogram {
  /** Ascending. Each includes its bound; above the last there is one more. */
  readonly bounds: readonly number[];
  readonly #counts: Float64Array;
  readonly #sums: Float64Array;
  readonly #width: number;

  constructor(bounds: readonly number[], rows = 1) {
    this.bounds = bounds;
    this.#width = bounds.length + 1;
    this.#counts = new Float64Array(rows * this.#width);
    this.#sums = new Float64Array(rows);
  }

  add(value: number, row = 0): void {
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] as number)) bucket += 1;
    const at = row * this.#width + bucket;
    this.#counts[at] = (this.#counts[at] as number) + 1;
    this.#sums[row] = (this.#sums[row] as number) + value;
  }

  /** How many values of a row are in each bucket alone, and their sum. */
  row(row = 0): { readonly counts: Float64Array; readonly sum: number } {
    const counts = this.#counts.subarray(row * this.#width, (row + 1) * this.#width);
    return { counts, sum: this.#sums[row] as number };
  }
}
