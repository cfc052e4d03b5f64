/**
 * Tells whether a caller has gone or its deadline has passed. It is an AbortSignal, or an object that can be asked the same:
 * a signal and a listener for every call took a seventh of the time of a charge.
 */
export type Departure = Pick<AbortSignal, "aborted" | "reason"> &
  Partial<Pick<AbortSignal, "addEventListener" | "removeEventListener">> & {
    /** Milliseconds left until the deadline; undefined without a deadline. */
    readonly timeoutMs?: () => number | undefined;
  };
