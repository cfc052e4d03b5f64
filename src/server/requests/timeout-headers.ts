import type { ConnectError } from "@connectrpc/connect";
import { requestError } from "./request-errors.ts";

const millisecondsPerUnit: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

interface TimeoutHeader {
  readonly pattern: RegExp;
  /** What the pattern says, to complete a sentence. */
  readonly form: string;
  readonly toMs: (value: string) => number;
}

/** The headers in which a caller may say how long it waits, and how each is read, in milliseconds. */
export const timeoutHeaders = {
  // Google's, in seconds: https://cloud.google.com/apis/docs/system-parameters
  "x-server-timeout": {
    pattern: /^\d{1,9}(?:\.\d{1,9})?$/,
    form: "seconds, of up to 9 digits and 9 places, without a unit, such as 2.5",
    toMs: (value) => Number(value) * 1_000,
  },
  "connect-timeout-ms": {
    pattern: /^\d{1,10}$/,
    form: "whole milliseconds, of up to 10 digits, without a unit, such as 2500",
    toMs: Number,
  },
  "grpc-timeout": {
    pattern: /^\d{1,8}[HMSmun]$/,
    form: "a whole number, of up to 8 digits, with a unit of H, M, S, m, u or n, such as 2500m",
    toMs: (value) => Number(value.slice(0, -1)) * (millisecondsPerUnit[value.slice(-1)] ?? 1),
  },
} satisfies { readonly [name: string]: TimeoutHeader };

/** The error of a header that cannot be read, over whatever protocol. */
export function malformedTimeout(name: keyof typeof timeoutHeaders): ConnectError {
  return requestError("MALFORMED_TIMEOUT", `the header ${name} takes ${timeoutHeaders[name].form}`);
}
