import { encodeUtf8 } from "../json/utf8.ts";

/** Encodes JSON with a line feed behind it, so that a terminal's prompt begins on a line of its own. */
export const jsonLineEncoder = {
  encode: (json: string): Uint8Array => encodeUtf8(`${json}\n`),
};
