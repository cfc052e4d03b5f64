/** The header that a request may have its key in. */
export const keyHeader = "idempotency-key";
/** Says on an answer that its key had been used, and nothing was booked again. */
export const replayHeader = "idempotency-replayed";
