import { ConnectionLost } from "../errors.ts";
import type { Session } from "./session.ts";

interface Waiting {
  /** Lets nobody else at the connection. */
  readonly isAlone: boolean;
  readonly start: (session: Session) => Promise<void>;
  readonly reject: (reason: unknown) => void;
}

/** Connections of one kind at a moment. */
export interface ConnectionFigures {
  /** There may be so many. */
  readonly max: number;
  readonly open: number;
  /** Of those that are open, on which somebody is at work. */
  readonly busy: number;
  /** Who waits for one. */
  readonly waiting: number;
}

/**
 * Connections to one database, opened as they are needed, each used by whoever comes while none is free. One that
 * closes is forgotten, so whoever comes next gets another.
 */
export class Pool {
  private readonly sessions = new Set<Session>();
  private readonly held = new Set<Session>();
  private readonly waiting: Waiting[] = [];
  private isClosed = false;

  constructor(
    private readonly open: (onEnd: () => void) => Session,
    private readonly sessionsMax: number,
  ) {}

  /** Works on the connection with the fewest others at work. */
  use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = this.waiting.length > 0 || this.isClosed ? undefined : this.leastUsed();
    return session?.use(work) ?? this.enqueue(work, false);
  }

  /** Works on a connection that nobody else gets meanwhile. Those who have it already may still wait for answers. */
  hold<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.enqueue(work, true);
  }

  figures(): ConnectionFigures {
    const busy = [...this.sessions].filter(({ users }) => users > 0).length;
    return { max: this.sessionsMax, open: this.sessions.size, busy, waiting: this.waiting.length };
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.serve();
    await Promise.all([...this.sessions].map((session) => session.close()));
  }

  private enqueue<T>(work: (session: Session) => Promise<T>, isAlone: boolean): Promise<T> {
    return new Promise((resolve, reject) => {
      const start = (session: Session) => session.use(work).then(resolve, reject);
      this.waiting.push({ isAlone, start, reject });
      this.serve();
    });
  }

  private serve(): void {
    if (this.isClosed) {
      for (const { reject } of this.waiting.splice(0)) reject(new ConnectionLost());
    }
    while (this.waiting.length > 0) {
      const session = this.leastUsed();
      if (session === undefined) return;
      const next = this.waiting.shift();
      if (next?.isAlone) this.startAlone(next, session);
      else next?.start(session);
    }
  }

  private startAlone(next: Waiting, session: Session): void {
    this.held.add(session);
    session.isHeld = true;
    next.start(session).finally(() => {
      this.held.delete(session);
      session.isHeld = false;
      this.serve();
    });
  }

  /**
   * Undefined where all that there may be are held, or worn out. A worn one closes once it is not used: one of them is left alone
   * until then where there are others, and each that is worn out.
   */
  private leastUsed(): Session | undefined {
    let least: Session | undefined;
    let worn: Session | undefined;
    for (const session of this.sessions) {
      if (this.held.has(session)) continue;
      if (session.isWornOut) continue;
      if (session.isWorn && worn === undefined) worn = session;
      else if (least === undefined || session.users < least.users) least = session;
    }
    if (this.sessions.size >= this.sessionsMax) least ??= worn;
    if (least?.users === 0 || this.sessions.size >= this.sessionsMax) return least;
    const opening: Session = this.open(() => {
      this.sessions.delete(opening);
      this.serve();
    });
    this.sessions.add(opening);
    return opening;
  }
}
