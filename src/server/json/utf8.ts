import { requestError } from "../request-errors.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** @throws ConnectError MALFORMED_BODY, which calls the text what `what` says. */
export function decodeUtf8(bytes: Uint8Array, what: "the body" | "the message"): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw requestError("MALFORMED_BODY", `${what} is not valid UTF-8`);
  }
}
