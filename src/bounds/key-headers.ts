/** The request header that may hold the idempotency key. */
export const keyHeader = "idempotency-key";
/** The response header that marks a replay: the key had been used, and nothing was booked again. */
export const replayHeader = "idempotency-replayed";
