import type { Departure } from "./departure.ts";
import { commonRoom, type Place, type Room } from "./turn-room.ts";

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
  readonly place: Place;
  readonly departure: Departure;
  readonly go: () => void;
  readonly leave: (reason: unknown) => void;
}

/** How soon somebody who waits and has gone is looked for. */
const sweepMs = 50;

/**
 * Lets so many tasks run at once. Of the others each party has its turn, as soon as there is room for one more of it, and its own run in
 * the order in which they came.
 */
export class Turns {
  readonly #room: Room;
  /** By party, and by part of it. */
  readonly #lines = new Map<string, Map<string, Waiting[]>>();
  #sweeping: NodeJS.Timeout | undefined;

  /** @param room how many, whosever they are, or what says more */
  constructor(room: number | Room) {
    this.#room = typeof room === "number" ? commonRoom(room) : room;
  }

  /** Rejects with the reason of a departure that comes before the task's turn, and then never runs it. */
  async take<T>(task: () => Promise<T>, asker: Asker): Promise<T> {
    const place = placeOf(asker);
    if (this.#room.has(place)) this.#room.begin(place);
    else await this.#turn(place, asker);
    try {
      return await task();
    } finally {
      this.#room.end(place);
      this.#pass();
    }
  }

  #turn(place: Place, { departure }: Asker): Promise<void> {
    return new Promise((go, leave) => {
      const { whole, part } = place;
      const parts = this.#lines.get(whole) ?? new Map<string, Waiting[]>();
      const line = parts.get(part) ?? [];
      line.push({ place, departure, go, leave });
      this.#lines.set(whole, parts.set(part, line));
      this.#sweeping ??= setInterval(() => this.#sweep(), sweepMs).unref();
    });
  }

  /** Gives the turn of a task that is done to the next, and to others for whom there is room then. */
  #pass(): void {
    while (!this.#room.isFull) {
      const next = this.#next();
      if (next === undefined) return;
      if (hasLeft(next)) continue;
      this.#room.begin(next.place);
      next.go();
    }
  }

  #next(): Waiting | undefined {
    for (const [whole, parts] of this.#lines) {
      for (const [part, line] of parts) {
        if (!this.#room.has({ whole, part })) continue;
        const next = line.shift();
        putBehind(parts, part, line.length > 0 ? line : undefined);
        putBehind(this.#lines, whole, parts.size > 0 ? parts : undefined);
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

function placeOf({ party }: Asker): Place {
  const [whole = "", part = ""] = party.split(within);
  return { whole, part };
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
