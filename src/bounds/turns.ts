import type { Departure } from "./departure.ts";

/** For whom a task is done. */
export interface Asker {
  /** A network, or an organization: its tasks wait for each other, and hold up nobody else's for longer than one of them takes. */
  readonly party: string;
  readonly departure: Departure;
}

const within = "\0";

/** A party within a larger one, whose parts have its turns one after another, however many they are. */
export function partyWithin(party: string, part: string): string {
  return `${party}${within}${part}`;
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
  /** By party, and by part of it. */
  readonly #lines = new Map<string, Map<string, Waiting[]>>();
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
      const [whole = "", part = ""] = party.split(within);
      const parts = this.#lines.get(whole) ?? new Map<string, Waiting[]>();
      const line = parts.get(part) ?? [];
      line.push({ departure, go, leave });
      this.#lines.set(whole, parts.set(part, line));
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
    for (const [party, parts] of this.#lines) {
      for (const [part, line] of parts) {
        const next = line.shift();
        putBehind(parts, part, line.length > 0 ? line : undefined);
        putBehind(this.#lines, party, parts.size > 0 ? parts : undefined);
        return next;
      }
    }
    return undefined;
  }

  /** So that whoever has gone is told so before what is in front is done. */
  #sweep(): void {
    for (const [party, parts] of this.#lines) {
      for (const [part, line] of parts) {
        const staying = line.filter((each) => !hasLeft(each));
        if (staying.length > 0) parts.set(part, staying);
        else parts.delete(part);
      }
      if (parts.size === 0) this.#lines.delete(party);
    }
    if (this.#lines.size > 0) return;
    clearInterval(this.#sweeping);
    this.#sweeping = undefined;
  }
}

/** Behind the others, if there is anything left of it. */
function putBehind<T>(lines: Map<string, T>, name: string, left: T | undefined): void {
  lines.delete(name);
  if (left !== undefined) lines.set(name, left);
}

/** Asked once of each, for the answer may be another one a moment later: whoever was told to leave must not have the turn. */
function hasLeft({ departure, leave }: Waiting): boolean {
  const { aborted } = departure;
  if (aborted) leave(departure.reason);
  return aborted;
}
