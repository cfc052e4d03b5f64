import type { Session } from "./session.ts";
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
  /** Those from before a node fell silent: to it they may have a connection of their own. */
  private readonly old = new Set<Session>();

  /** @param sessions those that somebody may get */
  constructor(private readonly sessions: ReadonlySet<Session>) {}

  /** Notes what is not answered, while it is found out whether nodes are silent. */
  note(): void {
    this.waits.note(this.all());
  }

  /** A node has fallen silent: nobody gets a connection from before any more, and those close once they are not used. */
  begin(): void {
    for (const session of [...this.sessions]) {
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
    for (const session of this.old) if (session.isLost) this.old.delete(session);
    this.note();
  }

  /** No node is silent. */
  end(): void {
    this.waits.forget();
    this.old.clear();
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
