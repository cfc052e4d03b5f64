import fc from "fast-check";

const surrogatesFrom = 0xd800;
const surrogates = 0x800;
const characterMax = 0x10ffff;

/**
 * Every character that there is, for `fc.string`. It makes the same texts as fast-check's own unit "binary", which puts
 * each of the million characters into a map: a second, and 127 MB for as long as the worker lives.
 */
export const characters: fc.Arbitrary<string> = fc.nat(characterMax - surrogates).map(characterAt, placeOf);

function characterAt(place: number): string {
  return String.fromCodePoint(place < surrogatesFrom ? place : place + surrogates);
}

/** @throws an error of what is no character, which fast-check takes for that */
function placeOf(value: unknown): number {
  const code = typeof value === "string" ? value.codePointAt(0) : undefined;
  if (code === undefined || String.fromCodePoint(code) !== value) throw new Error("not one character");
  if (code < surrogatesFrom) return code;
  if (code < surrogatesFrom + surrogates) throw new Error("half a character");
  return code - surrogates;
}
