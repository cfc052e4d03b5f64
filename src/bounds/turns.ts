import type { Departure } from "./departure.ts";

/** For whom a task is done. */
export interface Asker {
  /** A network, or an organization: its tasks wait for each other, and hold up nobody else's for longer than one of them takes. */
  readonly party: string;
  readonly departure: Departure;
}

interface Waiting {
  readonly departure: Departure;
  readonly go: () => void;
  readonly leave: (reason: unknown) => void;
}

/** How soon somebody who waits and has gone is looked for. */
const sweepMs = 50;

/** Lets so many tasks run at once. Of the others each party has its turn, and its own run in the order in which they came. */
export class Turns {
  readonly #max: number;
  readonly #lines = new Map<string, Waiting[]>();
  #running = 0;
  #sweeping: NodeJS.Timeout | undefined;

  constructor(max: number) {
    this.#max = max;
  }

  /** Rejects with the reason of a departure that comes before the task's turn, and then never runs it. */
  async take<T>(task: () => Promise<T>, asker: Asker): Promise<T> {
    if (this.#running === this.#max) await this.#turn(asker);
    else this.#running += 1;
    try {
      return await task();
    } finally {
      this.#pass();
    }
  }

  #turn({ party, departure }: Asker): Promise<void> {
    return new Promise((go, leave) => {
      const line = this.#lines.get(party) ?? [];
      line.push({ departure, go, leave });
      this.#lines.set(party, line);
      this.#sweeping ??= setInterval(() => this.#sweep(), sweepMs).unref();
    });
  }

  /** Gives the turn of a task that is done to the next. */
  #pass(): void {
    let next = this.#next();
    while (next !== undefined && hasLeft(next)) next = this.#next();
    if (next === undefined) this.#running -= 1;
    else next.go();
  }

  #next(): Waiting | undefined {
    const [first] = this.#lines;
    if (first === undefined) return undefined;
    const [party, line] = first;
    const next = line.shift();
    // Behind the others.
    this.#lines.delete(party);
    if (line.length > 0) this.#lines.set(party, line);
    return next;
  }

  /** So that whoever has gone is told so before what is in front is done. */
  #sweep(): void {
    for (const [party, line] of this.#lines) {
      const staying = line.filter((each) => !hasLeft(each));
      if (staying.length > 0) this.#lines.set(party, staying);
      else this.#lines.delete(party);
    }
    if (this.#lines.size > 0) return;
    clearInterval(this.#sweeping);
    this.#sweeping = undefined;
  }
}

/** Asked once of each, for the answer may be another one a moment later: whoever was told to leave must not have the turn. */
function hasLeft({ departure, leave }: Waiting): boolean {
  const { aborted } = departure;
  if (aborted) leave(departure.reason);
  return aborted;
}
