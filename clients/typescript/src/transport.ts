import type { Interceptor, Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { giveKeys } from "./keys.ts";
import { retry } from "./retry.ts";

export interface TallystickOptions {
  /** Such as `http://127.0.0.1:7400`. */
  readonly baseUrl: string;
  /** `client id:secret`, or the secret alone. */
  readonly credential: string;
  /** How long a call takes at the most with all its attempts, where it says nothing itself. Default: a minute. */
  readonly timeoutMs?: number;
  /** How long one attempt waits for its answer. Default: ten seconds. */
  readonly attemptTimeoutMs?: number;
}

/** A transport of Connect for Tallystick's services, also for those that `createTallystick` has no name for. */
export function createTallystickTransport(options: TallystickOptions): Transport {
  const { baseUrl, credential, timeoutMs = 60_000, attemptTimeoutMs = 10_000 } = options;
  return createGrpcTransport({
    baseUrl,
    defaultTimeoutMs: timeoutMs,
    // The first is the outermost: a key is given once, and every attempt has it.
    interceptors: [authorize(credential), giveKeys, retry(attemptTimeoutMs)],
  });
}

function authorize(credential: string): Interceptor {
  const authorization = credential.includes(":") ? `Basic ${btoa(credential)}` : `Bearer ${credential}`;
  return (next) => (request) => {
    request.header.set("authorization", authorization);
    return next(request);
  };
}
