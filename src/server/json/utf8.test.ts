import { ConnectError } from "@connectrpc/connect";
import fc from "fast-check";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

function refusalOf(bytes: Uint8Array): string {
  try {
    decodeUtf8(bytes, "the body");
  } catch (error) {
    if (error instanceof ConnectError) return error.rawMessage;
    throw error;
  }
  return "";
}

/** Bytes that are of no character, wherever text goes on after them. */
const invalid = fc.constantFrom(
  ...[
    [0x80],
    [0xff],
    [0xc3],
    [0xe2, 0x82],
    [0xf0, 0x9f, 0x98],
    [0xed, 0xa0, 0x80],
    [0xef],
    [0xef, 0xbf],
    [0xc0, 0x80],
  ],
);
const texts = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.array(fc.constantFrom("\ufffd", "\ufeff", "a", "é", "😀")).map((characters) => characters.join("")),
);

it("tells where bytes are not UTF-8", () => {
  fc.assert(
    fc.property(texts, invalid, texts, (before, bytes, after) => {
      const body = Buffer.concat([encodeUtf8(before), Buffer.from(bytes), encodeUtf8(after)]);
      const at = encodeUtf8(before).length;
      expect(refusalOf(body)).toBe(`the body is not valid UTF-8 at byte offset ${at}`);
    }),
  );
});

it("takes all text", () => {
  fc.assert(
    fc.property(texts, (text) => {
      fc.pre(!text.startsWith("\ufeff"));
      expect(decodeUtf8(encodeUtf8(text), "the body")).toBe(text);
    }),
  );
});
