import { hash } from "node:crypto";

const spaceBytes = 16;
const uuidLength = 36;
const dash = "-".charCodeAt(0);
/** Places in the text of a UUID that the hash does not tell. */
const versionAt = 14;
const variantAt = 19;
/** By the two lowest bits of the digit that stood there. */
const variants = "89ab";

/** Where the text is put together: written and read in one go, so nobody else is at it meanwhile. */
const text = Buffer.allocUnsafeSlow(uuidLength);

/**
 * A UUID from a name in a name space, which is a UUID (RFC 9562, 5.5 and 5.8). Every operation with a key has one: hashed
 * at once, and put together digit by digit, it takes half the time that it takes of texts.
 */
export function nameBasedUuid(of: { version: 5 | 8; space: string; name: string }): string {
  const { version, space, name } = of;
  const bytes = Buffer.allocUnsafe(spaceBytes + Buffer.byteLength(name));
  writeUuid(bytes, space);
  bytes.write(name, spaceBytes);
  const digits = hash(version === 5 ? "sha1" : "sha256", bytes);
  for (let at = 0, digit = 0; at < uuidLength; at += 1) {
    if (isDash(at)) text[at] = dash;
    else text[at] = digits.charCodeAt(digit++);
  }
  text[variantAt] = variants.charCodeAt(nibble(text[variantAt] ?? 0) & 0x3);
  text[versionAt] = String(version).charCodeAt(0);
  return text.toString("latin1");
}

function isDash(at: number): boolean {
  return at === 8 || at === 13 || at === 18 || at === 23;
}

function writeUuid(bytes: Buffer, uuid: string): void {
  for (let at = 0, byte = 0; byte < spaceBytes; at += 2, byte += 1) {
    if (isDash(at)) at += 1;
    bytes[byte] = nibble(uuid.charCodeAt(at)) * 16 + nibble(uuid.charCodeAt(at + 1));
  }
}

/** The value of a hexadecimal digit, of either case. */
function nibble(digit: number): number {
  return digit <= 0x39 ? digit - 0x30 : (digit | 0x20) - 0x57;
}
