/** A query of postgres.js, with what its types do not show. */
export interface DriverQuery {
  /** Whether the connection is at work on it: it is sent, and nothing before it waits for an answer. */
  readonly active: boolean;
  canceller(query: DriverQuery): Promise<void>;
}

/** What a query answers; the signal's reason as soon as that aborts, and then what runs is cancelled in the database. */
export function untilAborted<T>(answer: Promise<T>, query: DriverQuery, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      cancel(query);
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/**
 * Only of the query that it is at work on. To cancel one that waits its turn, postgres.js skips it, and from there on
 * gives answers to the wrong queries or leaves the connection unused for ever; so that one runs, its answer to nobody.
 */
function cancel(query: DriverQuery): void {
  // The request goes over a connection of its own. Where that fails the query just runs on, up to its time limit.
  if (query.active) query.canceller(query).catch(() => undefined);
}
