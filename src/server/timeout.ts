import {
  headerTimeout as headerConnectTimeout,
  parseTimeout as parseConnectTimeout,
} from "@connectrpc/connect/protocol-connect";
import {
  headerTimeout as headerGrpcTimeout,
  parseTimeout as parseGrpcTimeout,
} from "@connectrpc/connect/protocol-grpc";

/** What a timer of node's can wait; one that is told to wait longer ends at once. */
const timerMsMax = 2 ** 31 - 1;

/** Longer than any timeout: the error repeats one that is not valid. */
const charactersMax = 32;

const timeouts = [
  { name: headerConnectTimeout, parse: parseConnectTimeout, longest: String(timerMsMax) },
  { name: headerGrpcTimeout, parse: parseGrpcTimeout, longest: `${Math.floor(timerMsMax / 3_600_000)}H` },
];

/**
 * Shortens a timeout to what a timer can wait, and gives back the shortest that is asked for. Connect refuses one that is longer than calls may take, but only after it
 * has set a timer for it, which would end the call as if its time were over.
 */
export function boundTimeout(header: Headers): number | undefined {
  let shortestMs: number | undefined;
  for (const { name, parse, longest } of timeouts) {
    const value = header.get(name);
    if (value !== null && value.length > charactersMax) header.set(name, value.slice(0, charactersMax));
    const { timeoutMs } = parse(value, timerMsMax);
    if (timeoutMs === undefined) continue;
    if (timeoutMs > timerMsMax) header.set(name, longest);
    shortestMs = Math.min(timeoutMs, shortestMs ?? timerMsMax);
  }
  return shortestMs;
}
