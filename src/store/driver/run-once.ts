import type { DriverQuery } from "./driver-query.ts";
import { StatementForgotten } from "./errors.ts";

/**
 * Fails a query where postgres.js would run it again by itself, as it does with a statement that the connection has
 * forgotten or whose table was changed. By then others may have been sent behind it, a COMMIT among them, and it would
 * run outside of its transaction. The next time the driver prepares it anew.
 */
export function runOnce(query: DriverQuery): DriverQuery {
  return Object.defineProperty(query, "retried", {
    // postgres.js sets this right before it runs a query again.
    set: ({ message }: Error) => {
      query.cancelled = true;
      query.reject(new StatementForgotten(message));
    },
  });
}
