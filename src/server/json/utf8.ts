import { requestError } from "../request-errors.ts";

/** @throws ConnectError MALFORMED_BODY, which calls the text what `what` says. */
export function decodeUtf8(bytes: Uint8Array, what: "the body" | "the message"): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw requestError("MALFORMED_BODY", `${what} is not valid UTF-8`);
  }
}
