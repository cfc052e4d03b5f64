import { malformedTimeout, timeoutHeaders } from "../requests/timeout-headers.ts";

const headers = Object.entries(timeoutHeaders) as [
  keyof typeof timeoutHeaders,
  (typeof timeoutHeaders)[keyof typeof timeoutHeaders],
][];

/**
 * How long a call may take, in whole milliseconds: the shortest time that a header asks for, and never more than
 * `timeoutMsMax`.
 *
 * @throws ConnectError MALFORMED_TIMEOUT naming the header.
 */
export function readTimeoutMs(header: Headers, timeoutMsMax: number): number {
  let timeoutMs = timeoutMsMax;
  for (const [name, { pattern, toMs }] of headers) {
    const value = header.get(name);
    if (value === null) continue;
    if (!pattern.test(value)) throw malformedTimeout(name);
    timeoutMs = Math.min(timeoutMs, Math.ceil(toMs(value)));
  }
  return timeoutMs;
}

/** The same where it is not for now to say that a header is malformed. */
export function timeoutMsIn(header: Headers, timeoutMsMax: number): number {
  try {
    return readTimeoutMs(header, timeoutMsMax);
  } catch {
    return timeoutMsMax;
  }
}
