import { type Timestamp, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Form } from "./form.ts";
import { momentOf, timestampOf } from "./proto.ts";

function read(text: string, nanos: number, rounded: "up" | "down") {
  const form = new Form();
  const timestamp: Timestamp = { ...timestampFromDate(new Date(text)), nanos };
  return { moment: momentOf(form, "time", { timestamp, rounded }), refusal: form.refusal() };
}

it.each([
  ["2026-01-01T00:00:00Z", 1, "up", "2026-01-01T00:00:00.001Z"],
  ["2026-01-01T00:00:00Z", 1, "down", "2026-01-01T00:00:00.000Z"],
  ["2026-01-01T00:00:00Z", 999_999_999, "up", "2026-01-01T00:00:01.000Z"],
  ["9999-12-31T23:59:59Z", 999_999_999, "up", "9999-12-31T23:59:59.999Z"],
  ["9999-12-31T23:59:59Z", 999_999_999, "down", "9999-12-31T23:59:59.999Z"],
  ["0001-01-01T00:00:00Z", 0, "down", "0001-01-01T00:00:00.000Z"],
  ["1969-12-31T23:59:59Z", 1_000_000, "down", "1969-12-31T23:59:59.001Z"],
] as const)("%s and %i ns, rounded %s, is %s", (text, nanos, rounded, expected) => {
  expect(read(text, nanos, rounded)).toEqual({ moment: new Date(expected), refusal: undefined });
});

it.each([
  ["+010000-01-01T00:00:00Z", 0],
  ["0000-12-31T23:59:59Z", 999_999_999],
  ["2026-01-01T00:00:00Z", -1],
  ["2026-01-01T00:00:00Z", 1_000_000_000],
])("%s and %i ns is no time", (text, nanos) => {
  expect(read(text, nanos, "up").refusal).toMatchObject({ violations: [{ field: "time" }] });
});

it("gives a date as a timestamp, before 1970 too", () => {
  for (const text of ["2026-01-01T00:00:00.001Z", "1969-12-31T23:59:59.999Z"])
    expect(timestampOf(new Date(text))).toEqual(timestampFromDate(new Date(text)));
});
