import { atMost } from "../../../bounds/at-most.ts";
import type { DriverQuery } from "./driver-query.ts";

/** After how long a query that goes on is looked at again, in milliseconds: at first, then twice as long each time, and at the most. */
const firstPauseMs = 20;
const longestPauseMs = 500;

/**
 * Has the database end a query, and resolves when it has ended and no request to cancel it is on its way. A request to cancel names a connection, and is lost where the database is not at work on the query
 * yet, as between its plan and its rows: it is repeated until the query has ended. To cancel one that waits its turn, postgres.js
 * skips it, and from there on gives answers to the wrong queries or leaves the connection unused for ever; so that one
 * is left alone until it is its turn.
 */
export async function cancel(query: DriverQuery): Promise<void> {
  let hasEnded = false;
  const end = () => {
    hasEnded = true;
  };
  const ended = query.then(end, end);
  for (let pauseMs = firstPauseMs; !hasEnded; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    // The request goes over a connection of its own, which may fail as any other.
    if (query.active) await query.canceller(query).catch(() => undefined);
    await atMost(ended, pauseMs, () => undefined);
  }
}
