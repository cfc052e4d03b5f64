import type { Interceptor, Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { retrying } from "./retry.ts";

const strangeMs = 5_000;

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

/**
 * A transport of Connect for Tallystick's services, also for those that `createTallystick` has no name for.
 *
 * @throws Error where the credential is empty
 */
export function createTallystickTransport(options: TallystickOptions): Transport {
  const { baseUrl, credential, timeoutMs = 60_000, attemptTimeoutMs = 10_000 } = options;
  const transport = createGrpcTransport({
    baseUrl,
    defaultTimeoutMs: timeoutMs,
    interceptors: [authorize(credential)],
  });
  return retrying(transport, { timeoutMs, attemptTimeoutMs, strangeMs });
}

function authorize(credential: string): Interceptor {
  if (credential === "")
    throw new Error("the credential is empty: give client id:secret, or the secret alone");
  const authorization = credential.includes(":") ? `Basic ${btoa(credential)}` : `Bearer ${credential}`;
  return (next) => (request) => {
    request.header.set("authorization", authorization);
    return next(request);
  };
}
