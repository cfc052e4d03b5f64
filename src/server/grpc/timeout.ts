import { headerTimeout, parseTimeout } from "@connectrpc/connect/protocol-grpc";
import { malformedTimeout } from "../requests/timeout-headers.ts";

/** The timeout that a caller asks for, cut to the longest that calls may take; the header stays as it is. */
export function grpcTimeout(header: Headers, msMax: number): ReturnType<typeof parseTimeout> {
  const { timeoutMs, error } = parseTimeout(header.get(headerTimeout), Number.POSITIVE_INFINITY);
  if (error !== undefined) return { error: malformedTimeout("grpc-timeout") };
  return timeoutMs === undefined ? {} : { timeoutMs: Math.min(timeoutMs, msMax) };
}
