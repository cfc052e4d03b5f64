import type { Session } from "../connections/session.ts";
import { Waits } from "./waits.ts";

/** For how long a query may be unanswered while a node is silent, where others wait behind it on its connection. */
const sharedMsMax = 2_000;
/** The same where it has the connection to itself: most likely it is at work on another node. */
const aloneMsMax = 10_000;

/**
 * What a silent node keeps from being answered. The coordinator waits for it until it is back, whatever limits a statement
 * has, so what was sent there is given up with its connection, or it would keep what others wait for.
 */
export class Silence {
  private readonly waits = new Waits();
  /** Those that nobody gets any more. To a node that is silent they may have a connection, from before. */
  private readonly old = new Set<Session>();

  /**
   * @param sessions those that somebody may get
   * @param sessionsMax how many there may be
   */
  constructor(
    private readonly sessions: ReadonlySet<Session>,
    private readonly sessionsMax: number,
  ) {}

  /** Notes what is not answered, before nodes are looked at. */
  note(): void {
    for (const session of this.old) if (session.isLost) this.old.delete(session);
    this.waits.note(this.all());
  }

  /**
   * A node takes its time. Whoever comes gets no connection on which something was unanswered before, and nothing that is
   * under way is harmed. At most there are twice as many then.
   */
  setAside(): void {
    for (const session of [...this.sessions]) {
      if (this.old.size >= this.sessionsMax) return;
      if (this.waits.longestMs(session) === 0) continue;
      this.old.add(session);
      session.retire();
    }
  }

  /** A node has fallen silent: nobody gets a connection from before any more, and those close once they are not used. */
  begin(): void {
    for (const session of this.all()) {
      this.old.add(session);
      void session.close();
    }
  }

  /**
   * Gives up the connections that may be kept from answering. One from before has not answered from one look to the next;
   * on a later one nothing is sent to the node, and what takes its time works on another.
   */
  giveUp(): void {
    for (const session of this.all())
      if (this.waits.longestMs(session) > this.waitedMsMax(session)) session.lose();
    this.note();
  }

  /** No node is silent. */
  end(): void {
    this.waits.forget();
  }

  private all(): Session[] {
    return [...this.old, ...this.sessions];
  }

  private waitedMsMax(session: Session): number {
    if (this.old.has(session)) return 0;
    if (session.isHeld) return Number.POSITIVE_INFINITY;
    return session.users > 1 ? sharedMsMax : aloneMsMax;
  }
}
