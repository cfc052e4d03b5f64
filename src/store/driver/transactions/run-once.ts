import { StatementForgotten } from "../errors.ts";
import type { DriverQuery } from "../queries/driver-query.ts";

/** One for all queries, so that none of them costs a shape of its own. */
const retried = {
  // postgres.js sets this right before it runs a query again.
  set(this: DriverQuery, { message }: Error) {
    this.cancelled = true;
    this.reject(new StatementForgotten(message));
  },
};

/**
 * Fails a query where postgres.js would run it again by itself, as it does with a statement that the connection has
 * forgotten or whose table was changed. By then others may have been sent behind it, a COMMIT among them, and it would
 * run outside of its transaction. The next time the driver prepares it anew.
 */
export function runOnce(query: DriverQuery): DriverQuery {
  return Object.defineProperty(query, "retried", retried);
}
