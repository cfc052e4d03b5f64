import type { SecureContextOptions } from "node:tls";
import { Code, ConnectError, type Interceptor, type Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { tellOfLargeHeaders } from "./large-headers.ts";
import { retrying } from "./retry.ts";

const strangeMs = 5_000;

export interface TallystickOptions {
  /** Such as `http://127.0.0.1:7400`. */
  readonly baseUrl: string;
  /** `client id:secret`, the secret alone or a token; where it changes, what it is now, which each attempt asks for. */
  readonly credential: string | (() => string | Promise<string>);
  /** Authorities that are trusted in place of Node's, and a certificate for a service that asks for one. */
  readonly tls?: Pick<SecureContextOptions, "ca" | "cert" | "key">;
  /** How long a call takes at the most with all its attempts, where it says nothing itself. Default: a minute. */
  readonly timeoutMs?: number;
  /** How long one attempt waits for its answer. Default: ten seconds. */
  readonly attemptTimeoutMs?: number;
}

/**
 * A transport of Connect for Tallystick's services, also for those that `createTallystick` has no name for.
 *
 * @throws ConnectError where the credential is empty, or the address is no URL of HTTP
 */
export function createTallystickTransport(options: TallystickOptions): Transport {
  const { baseUrl, credential, tls, timeoutMs = 60_000, attemptTimeoutMs = 10_000 } = options;
  requireUrl(baseUrl);
  const transport = createGrpcTransport({
    baseUrl,
    defaultTimeoutMs: timeoutMs,
    interceptors: [authorize(credential), tellOfLargeHeaders],
    ...(tls && { nodeOptions: tls }),
  });
  return retrying(transport, { timeoutMs, attemptTimeoutMs, strangeMs });
}

/** Connect would notice with the first call, and try that again for seconds. */
function requireUrl(baseUrl: string): void {
  if (/^https?:\/\//i.test(baseUrl) && URL.canParse(baseUrl)) return;
  throw new ConnectError(
    `baseUrl is ${JSON.stringify(baseUrl)}, but must be a URL like http://127.0.0.1:7400, or https://ledger.example.com with TLS`,
    Code.InvalidArgument,
  );
}

function authorize(credential: TallystickOptions["credential"]): Interceptor {
  if (typeof credential === "string") authorizationOf(credential);
  return (next) => async (request) => {
    const current = typeof credential === "string" ? credential : await credential();
    request.header.set("authorization", authorizationOf(current));
    return next(request);
  };
}

function authorizationOf(credential: string): string {
  if (credential === "")
    throw new ConnectError(
      "the credential is empty: give client id:secret, the secret alone, or a token",
      Code.Unauthenticated,
    );
  return credential.includes(":") ? `Basic ${btoa(credential)}` : `Bearer ${credential}`;
}
