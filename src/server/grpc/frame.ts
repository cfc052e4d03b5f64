/** Flags (1 byte) and length (4 bytes) before each message. */
export const prefixBytes = 5;

/** A message with its prefix before it. */
export type Frame = Uint8Array<ArrayBuffer>;
