import type { DriverQuery } from "./driver-query.ts";

/**
 * Cancels a query in the database if the connection is at work on it. To cancel one that waits its turn, postgres.js
 * skips it, and from there on gives answers to the wrong queries or leaves the connection unused for ever; so that one
 * runs, its answer to nobody.
 */
export function cancel(query: DriverQuery): void {
  // The request goes over a connection of its own. Where that fails the query just runs on, up to its time limit.
  if (query.active) query.canceller(query).catch(() => undefined);
}
