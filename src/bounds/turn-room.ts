/** Whose a task is: a party's, and of it a part's. */
export interface Place {
  readonly whole: string;
  readonly part: string;
}

/** How many tasks run at once, and whether one more may. */
export interface Room {
  /** Whether there is none for anybody. */
  readonly isFull: boolean;
  has(place: Place): boolean;
  begin(place: Place): void;
  end(place: Place): void;
}

/** For so many tasks, whosever they are. */
export function commonRoom(max: number): Room {
  let running = 0;
  return {
    get isFull() {
      return running >= max;
    },
    has: () => running < max,
    begin() {
      running += 1;
    },
    end() {
      running -= 1;
    },
  };
}

/** How much of the room a party may fill with those of its parts that have nothing yet, for each place that it leaves free. */
const partsRatio = 3;

/**
 * For so many tasks, of which a party may run as many as it leaves free (see FairBound): one alone half of them, of several that flood
 * it each the same part. What a party's first part has filled is left for its others until it is three quarters, and whoever has
 * nothing may take all that is left.
 */
export class SharedRoom implements Room {
  readonly #max: number;
  readonly #wholes = new Map<string, { running: number; readonly parts: Map<string, number> }>();
  #running = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get isFull(): boolean {
    return this.#running >= this.#max;
  }

  has({ whole, part }: Place): boolean {
    if (this.isFull) return false;
    const own = this.#wholes.get(whole);
    if (own === undefined) return true;
    const left = this.#max - this.#running;
    const ratio = own.parts.has(part) ? 1 : partsRatio;
    return own.running + 1 <= ratio * (left - 1);
  }

  begin({ whole, part }: Place): void {
    const own = this.#wholes.get(whole) ?? { running: 0, parts: new Map<string, number>() };
    own.running += 1;
    own.parts.set(part, (own.parts.get(part) ?? 0) + 1);
    this.#wholes.set(whole, own);
    this.#running += 1;
  }

  end({ whole, part }: Place): void {
    const own = this.#wholes.get(whole);
    if (own === undefined) throw new Error("what ends has not begun");
    const running = (own.parts.get(part) ?? 0) - 1;
    own.running -= 1;
    this.#running -= 1;
    if (running > 0) own.parts.set(part, running);
    else own.parts.delete(part);
    if (own.running === 0) this.#wholes.delete(whole);
  }
}
