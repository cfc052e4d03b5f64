import {
  headerTimeout as headerConnectTimeout,
  parseTimeout as parseConnectTimeout,
} from "@connectrpc/connect/protocol-connect";
import {
  headerTimeout as headerGrpcTimeout,
  parseTimeout as parseGrpcTimeout,
} from "@connectrpc/connect/protocol-grpc";

/** Longer than any timeout: the error repeats one that is not valid. */
const charactersMax = 32;

const timeouts = [
  { name: headerConnectTimeout, parse: parseConnectTimeout, write: String },
  { name: headerGrpcTimeout, parse: parseGrpcTimeout, write: grpcTimeoutOf },
];

/** Has eight digits at most, and none of a fraction of a millisecond. */
function grpcTimeoutOf(ms: number): string {
  const isInSeconds = ms % 1_000 === 0 || ms >= 100_000_000;
  return isInSeconds ? `${Math.floor(ms / 1_000)}S` : `${ms}m`;
}

/**
 * Cuts a timeout to the longest that calls may take, as a proxy would, and gives back the shortest that is asked for. Connect
 * refuses a longer one, and only after it has set a timer for it, which ends the call at once where it is longer than a
 * timer can wait.
 *
 * @param mayLast whether the call has that time where it has no deadline: nothing else ends one that goes on
 */
export function boundTimeout(header: Headers, msMax: number, mayLast = false): number | undefined {
  let shortestMs: number | undefined;
  for (const { name, parse, write } of timeouts) {
    const value = header.get(name);
    // Each protocol looks for its own, whatever else a client sends.
    if (value === null && mayLast) header.set(name, write(msMax));
    if (value !== null && value.length > charactersMax) header.set(name, value.slice(0, charactersMax));
    const { timeoutMs } = parse(value, Number.POSITIVE_INFINITY);
    if (timeoutMs === undefined) continue;
    if (timeoutMs > msMax) header.set(name, write(msMax));
    shortestMs = Math.min(timeoutMs, shortestMs ?? msMax);
  }
  return mayLast ? (shortestMs ?? msMax) : shortestMs;
}

/** Takes what is over from a timeout that is bounded. */
export function shortenTimeout(header: Headers, overMs: number): void {
  for (const { name, parse, write } of timeouts) {
    const { timeoutMs } = parse(header.get(name), Number.POSITIVE_INFINITY);
    if (timeoutMs !== undefined) header.set(name, write(Math.max(0, Math.ceil(timeoutMs - overMs))));
  }
}
