import type { Departure } from "./departure.ts";
import { commonRoom, type Place, type Room } from "./turn-room.ts";

/** Whoever asks for a turn. */
export interface Asker {
  /** A network or an organization. Its tasks wait for each other, and delay those of another party by one task at most. */
  readonly party: string;
  readonly departure: Departure;
}

const within = "\0";

/** A part of a party. The parts share the party's turns, one after another, however many they are. */
export function partyWithin(party: string, part: string): string {
  return `${party}${within}${part}`;
}

interface Waiting {
  readonly place: Place;
  readonly departure: Departure;
  readonly go: () => void;
  readonly leave: (reason: unknown) => void;
}

/** How often those who wait are checked for having gone. */
const sweepMs = 50;

/**
 * Lets so many tasks run at once. Of those that wait, parties have their turns, as soon as there is room for one more of theirs;
 * the tasks of one party run in the order in which they came.
 */
export class Turns {
  readonly #room: Room;
  /** Who waits, by party and by part. */
  readonly #lines = new Map<string, Map<string, Waiting[]>>();
  #sweeping: NodeJS.Timeout | undefined;

  /** @param room how many tasks may run, or a room that decides it */
  constructor(room: number | Room) {
    this.#room = typeof room === "number" ? commonRoom(room) : room;
  }

  /** Runs a task when it is its turn. Where its asker has gone before, rejects with the reason and never runs it. */
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

  /** Begins whatever there is room for after a task has ended. */
  #pass(): void {
    while (!this.#room.isFull()) {
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

  /** Rejects those who have gone, without waiting until it is their turn. */
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

/** Moves an entry to the end of a map, or removes it where nothing is left. */
function putBehind<T>(lines: Map<string, T>, name: string, left: T | undefined): void {
  lines.delete(name);
  if (left !== undefined) lines.set(name, left);
}

/** Asked once for each: a moment later the answer may differ, and whoever was rejected must not get the turn. */
function hasLeft({ departure, leave }: Waiting): boolean {
  const { aborted } = departure;
  if (aborted) leave(departure.reason);
  return aborted;
}
