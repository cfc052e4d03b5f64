import { requestError } from "../requests/request-errors.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

/** Puts a character in the place of what is invalid, and keeps a byte order mark, so that offsets are right. */
const lenientDecoder = new TextDecoder("utf-8", { ignoreBOM: true });
const replacement = "\ufffd";
const replacementBytes = encoder.encode(replacement);

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** @throws ConnectError MALFORMED_BODY, which calls the text what `what` says. */
export function decodeUtf8(bytes: Uint8Array, what: "the body" | "the message"): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw requestError("MALFORMED_BODY", `${what} is not valid UTF-8 at byte offset ${invalidAt(bytes)}`);
  }
}

/** The offset of the first byte that is of no character. */
function invalidAt(bytes: Uint8Array): number {
  const text = lenientDecoder.decode(bytes);
  let offset = 0;
  let from = 0;
  for (let at = text.indexOf(replacement); at >= 0; at = text.indexOf(replacement, from)) {
    offset += Buffer.byteLength(text.slice(from, at));
    if (!isReplacement(bytes, offset)) return offset;
    offset += replacementBytes.length;
    from = at + replacement.length;
  }
  return offset;
}

/** Whether the bytes themselves are the character that stands for invalid ones. */
function isReplacement(bytes: Uint8Array, offset: number): boolean {
  return replacementBytes.every((byte, index) => bytes[offset + index] === byte);
}
