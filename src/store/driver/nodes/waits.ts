import type { Session } from "../connections/session.ts";
import type { DriverQuery } from "../queries/driver-query.ts";

/** Since when queries are known to be unanswered. */
export class Waits {
  private seenAt: ReadonlyMap<DriverQuery, number> = new Map();

  /** Notes what is not answered now. */
  note(sessions: Iterable<Session>): void {
    const now = performance.now();
    const queries = [...sessions].flatMap((session) => session.queries());
    this.seenAt = new Map(queries.map((query) => [query, this.seenAt.get(query) ?? now]));
  }

  /** For how long that of a session is known which still is not answered; 0 where none is. */
  longestMs(session: Session): number {
    const now = performance.now();
    return Math.max(0, ...session.queries().map((query) => now - (this.seenAt.get(query) ?? now)));
  }

  forget(): void {
    this.seenAt = new Map();
  }
}
