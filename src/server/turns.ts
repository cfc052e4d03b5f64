import type { Departure } from "./departure.ts";

/** For whom a task is done. */
export interface Asker {
  /** Those of one address wait for each other, and hold up nobody else's for longer than one of them takes. */
  readonly address: string;
  readonly departure: Departure;
}

interface Waiting {
  readonly departure: Departure;
  readonly go: () => void;
  readonly leave: (reason: unknown) => void;
}

/** How soon somebody who waits and has gone is looked for. */
const sweepMs = 50;

/** Lets so many tasks run at once. Of the others each address has its turn, and its own run in the order in which they came. */
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

  #turn({ address, departure }: Asker): Promise<void> {
    return new Promise((go, leave) => {
      const line = this.#lines.get(address) ?? [];
      line.push({ departure, go, leave });
      this.#lines.set(address, line);
      this.#sweeping ??= setInterval(() => this.#sweep(), sweepMs).unref();
    });
  }

  #pass(): void {
    this.#sweep();
    const [first] = this.#lines;
    if (first === undefined) {
      this.#running -= 1;
      return;
    }
    const [address, line] = first;
    const next = line.shift();
    // Behind the others.
    this.#lines.delete(address);
    if (line.length > 0) this.#lines.set(address, line);
    next?.go();
  }

  #sweep(): void {
    for (const [address, line] of this.#lines) {
      const staying = line.filter(({ departure }) => !departure.aborted);
      for (const { departure, leave } of line) if (departure.aborted) leave(departure.reason);
      if (staying.length > 0) this.#lines.set(address, staying);
      else this.#lines.delete(address);
    }
    if (this.#lines.size > 0) return;
    clearInterval(this.#sweeping);
    this.#sweeping = undefined;
  }
}
