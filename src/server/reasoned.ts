import { Code, ConnectError } from "@connectrpc/connect";
import { errorInfo } from "../errors/error-info.ts";
import { retryAfter } from "../errors/retry-after.ts";
import type { ServerReason } from "./status.ts";

type Details = NonNullable<ConstructorParameters<typeof ConnectError>[3]>;

/** An error of the server itself, with its reason before any other details. */
export function reasoned(
  reason: ServerReason,
  code: Code,
  words: string,
  details: Details = [],
): ConnectError {
  return new ConnectError(words, code, undefined, [errorInfo(reason), ...details]);
}

/** A request with more in it than any may have. */
export function tooLarge(words: string): ConnectError {
  return reasoned("REQUEST_TOO_LARGE", Code.ResourceExhausted, `the message ${words}`);
}

/** The same of what has too many bytes. */
export function tooManyBytes(bytesMax: number): ConnectError {
  return tooLarge(`is larger than ${bytesMax} bytes`);
}

/** The same of what there is too much of for the moment. */
export function exhausted(reason: ServerReason, words: string): ConnectError {
  return retriable(reason, Code.ResourceExhausted, words);
}

/** The same of what another try may come to the end of. */
export function unavailable(reason: ServerReason, words: string): ConnectError {
  return retriable(reason, Code.Unavailable, words);
}

function retriable(reason: ServerReason, code: Code, words: string): ConnectError {
  const { detail, headers } = retryAfter();
  return new ConnectError(words, code, headers, [errorInfo(reason), detail]);
}
