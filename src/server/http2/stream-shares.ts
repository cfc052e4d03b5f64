import type { ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import { levelOf } from "../../bounds/level.ts";
import type { Limits } from "../limits.ts";

/** So many calls keep a process busy: as many it may have under way, however slowly they end. */
export const streamsLeast = 256;
/** There may be as many as end in so many milliseconds: callers with short deadlines wait for no more than half of them. */
const waitMs = 500;
/** How often it is looked how fast they end, while there are more than the least. */
const lookMs = 500;
/** A connection may have so many calls, however many others have. */
const partMin = 4;
/**
 * Parts shrink where all together have more calls than so many times what they may, and grow again where they have fewer: in between
 * they stay, for what a client sends before it knows of a smaller part is refused.
 */
const shrinksFrom = 1.25;
const growsFrom = 0.6;
const growth = 2;

/** Of one HTTP/2 connection. */
export interface StreamShare {
  /** Who asks through it, of those who were admitted; undefined where that is not known, or where it is several. */
  caller: string | undefined;
  /** Whether it has no stream. */
  readonly isIdle: boolean;
  /** A call of it was admitted: it may have as many as any. */
  prove(): void;
}

/**
 * Bounds the calls that all HTTP/2 connections together have under way. Where there are too many each caller may have as many as
 * any other who wants more, and so may each of a caller's connections: their clients are told, and keep the rest back. A call
 * that waits there costs nothing here, while one that is refused costs about as much as one that is answered. Those
 * who have fewer notice nothing. All connections of which no call was admitted yet are one caller's: who has no credential takes
 * no more from others, however many connections they open.
 */
export class StreamShares {
  readonly #limits: Limits;
  readonly #shares = new Map<object, Share>();
  readonly #narrowed = new Set<Share>();
  readonly #least: number;
  #calls = 0;
  /** The most that there were since the last look: answers come in batches, behind which there may be none for a moment. */
  #peak = 0;
  /** Calls that have ended, up to the last look. */
  #ended = 0;
  #endedPerMs = 0;
  #lookedAtMs = 0;
  #looking: NodeJS.Timeout | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#least = Math.min(streamsLeast, limits.streamsMax);
  }

  /** How many connections may have fewer calls than they might. */
  get narrowedCount(): number {
    return this.#narrowed.size;
  }

  /** Counts the calls of a connection from here on. */
  follow(session: ServerHttp2Session): StreamShare {
    const share = new Share(session, this.#limits);
    this.#shares.set(session, share);
    session.once("close", () => {
      this.#shares.delete(session);
      this.#narrowed.delete(share);
    });
    const leave = () => {
      this.#count(share, -1);
      this.#ended += 1;
    };
    session.on("stream", (stream) => {
      this.#count(share, 1);
      if (this.#calls > this.#peak) this.#peak = this.#calls;
      stream.on("close", leave);
      if (this.#calls > this.#least && this.#looking === undefined) this.#begin();
    });
    return share;
  }

  /** That of a connection that is followed. */
  of(session: object): StreamShare | undefined {
    return this.#shares.get(session);
  }

  /** A stream that goes on for as long as its client likes is no call: it would keep the place of those that end. */
  setAside(stream: ServerHttp2Stream): void {
    const share = stream.session && this.#shares.get(stream.session);
    if (share === undefined || stream.destroyed) return;
    const turn = (count: 1 | -1) => {
      this.#count(share, count === 1 ? -1 : 1);
      share.lasting += count;
      share.tell();
    };
    turn(1);
    stream.once("close", () => turn(-1));
  }

  #count(share: Share, change: 1 | -1): void {
    share.calls += change;
    this.#calls += change;
  }

  #begin(): void {
    this.#lookedAtMs = performance.now();
    [this.#ended, this.#endedPerMs] = [0, 0];
    this.#looking = setInterval(() => this.#look(), lookMs).unref();
  }

  #look(): void {
    const most = this.#measure();
    if (this.#calls > most) this.#level(most);
    else if (this.#peak <= growsFrom * most) this.#widen();
    this.#peak = this.#calls;
    if (this.#narrowed.size > 0 || this.#calls > this.#least) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  /** How many calls there may be, as fast as they end. */
  #measure(): number {
    const now = performance.now();
    const perMs = this.#ended / (now - this.#lookedAtMs);
    this.#endedPerMs = this.#endedPerMs === 0 ? perMs : (3 * this.#endedPerMs + perMs) / 4;
    [this.#ended, this.#lookedAtMs] = [0, now];
    return Math.min(this.#limits.streamsMax, Math.max(this.#least, waitMs * this.#endedPerMs));
  }

  /** Takes from those who have more than their part, and gives to those who may not have theirs. */
  #level(most: number): void {
    const isTooMany = this.#calls > shrinksFrom * most;
    const callers = this.#byCaller();
    const level = levelOf(callers.map(callsOf), most);
    for (const shares of callers) {
      const part = Math.max(
        partMin,
        levelOf(
          shares.map(({ calls }) => calls),
          level,
        ),
      );
      // Others may stay beyond their parts, and no look finds that there is room.
      const least = Math.max(partMin, Math.floor(Math.min(part, level / shares.length)));
      for (const share of shares) {
        if (isTooMany && share.calls > part) this.#give(share, Math.floor(part));
        else if (share.part < least) this.#give(share, least);
      }
    }
  }

  #give(share: Share, part: number): void {
    const isAll = part >= share.max;
    share.part = isAll ? Number.POSITIVE_INFINITY : part;
    share.tell();
    if (isAll) this.#narrowed.delete(share);
    else this.#narrowed.add(share);
  }

  #byCaller(): Share[][] {
    const callers = new Map<unknown, Share[]>();
    for (const share of this.#shares.values()) {
      if (share.calls === 0) continue;
      const caller = share.isProven ? (share.caller ?? share) : strangers;
      const shares = callers.get(caller);
      if (shares === undefined) callers.set(caller, [share]);
      else shares.push(share);
    }
    return [...callers.values()];
  }

  #widen(): void {
    for (const share of this.#narrowed) this.#give(share, share.part * growth);
  }
}

/** Whoever was not admitted. */
const strangers = {};

function callsOf(shares: readonly Share[]): number {
  return shares.reduce((sum, { calls }) => sum + calls, 0);
}

class Share implements StreamShare {
  caller: string | undefined;
  isProven = false;
  calls = 0;
  lasting = 0;
  max: number;
  /** How many calls it may have at the moment. */
  part = Number.POSITIVE_INFINITY;
  readonly #session: ServerHttp2Session;
  readonly #provenMax: number;
  #told: number;

  constructor(session: ServerHttp2Session, { streamsUnprovenMax, streamsPerSessionMax }: Limits) {
    this.#session = session;
    this.max = streamsUnprovenMax;
    this.#told = streamsUnprovenMax;
    this.#provenMax = streamsPerSessionMax;
    // One word after the other: a client may not listen.
    session.on("localSettings", () => this.tell());
  }

  get isIdle(): boolean {
    return this.calls + this.lasting === 0;
  }

  prove(): void {
    this.isProven = true;
    this.max = this.#provenMax;
    this.tell();
  }

  /** Tells the client how many streams it may have, where that is another number than before. */
  tell(): void {
    const streams = Math.min(this.max, this.part + this.lasting);
    const session = this.#session;
    if (streams === this.#told || session.destroyed || session.pendingSettingsAck) return;
    this.#told = streams;
    session.settings({ maxConcurrentStreams: streams });
  }
}
