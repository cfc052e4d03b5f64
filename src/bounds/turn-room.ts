/** Whose task it is: a party, and a part of it (see `partyWithin`). */
export interface Place {
  readonly whole: string;
  readonly part: string;
}

/** Decides how many tasks may run at once, and whose. */
export interface Room {
  /** Whether nobody may begin another task. */
  isFull(): boolean;
  has(place: Place): boolean;
  begin(place: Place): void;
  end(place: Place): void;
}

/** Room for so many tasks, whosever they are. */
export function commonRoom(max: number): Room {
  let running = 0;
  return {
    isFull: () => running >= max,
    has: () => running < max,
    begin() {
      running += 1;
    },
    end() {
      running -= 1;
    },
  };
}

/** How many tasks a party may run, for each place that it leaves free, where the next one is the first of its part. */
const partsRatio = 3;

/**
 * Room for so many tasks, shared as in FairBound: a party may run no more tasks than it leaves places free, so one alone gets half
 * of the room, and of several each gets the same part. Parts of a party that run nothing yet may go on until it fills three
 * quarters. A party that runs nothing may take any free place.
 */
export class SharedRoom implements Room {
  readonly #max: number;
  readonly #wholes = new Map<string, { running: number; readonly parts: Map<string, number> }>();
  #running = 0;

  constructor(max: number) {
    this.#max = max;
  }

  isFull(): boolean {
    return this.#running >= this.#max;
  }

  has({ whole, part }: Place): boolean {
    if (this.isFull()) return false;
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
