import { wholeLines } from "./whole-lines.ts";

const line = (bytes: number, character = "x") =>
  `${character.repeat((bytes - 1) / Buffer.byteLength(character))}\n`;

it.each([
  ["nothing", [], []],
  ["what fits, to the byte", [line(96), line(4_000)], [line(96) + line(4_000)]],
  ["a byte more", [line(97), line(4_000)], [line(97), line(4_000)]],
  ["bytes, not characters", [line(2_049, "é"), line(2_049, "é")], [line(2_049, "é"), line(2_049, "é")]],
  ["a long line by itself", [line(10), line(9_000), line(10)], [line(10), line(9_000), line(10)]],
])("joins %s", (_what, lines, pieces) => {
  expect(wholeLines(lines)).toEqual(pieces);
});
