/** The name under which everything is counted once there are too many names. */
const others = "OTHER";

/** Counts events by name, for a limited number of names. */
export class Tally {
  readonly #counts = new Map<string, number>();
  readonly #namesMax: number;

  constructor(namesMax: number) {
    this.#namesMax = namesMax;
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  add(name: string): void {
    const count = this.#counts.get(name);
    if (count !== undefined || this.#counts.size < this.#namesMax) this.#counts.set(name, (count ?? 0) + 1);
    else this.#counts.set(others, (this.#counts.get(others) ?? 0) + 1);
  }
}
