import { create, toJson } from "@bufbuild/protobuf";
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import {
  dateIn,
  dateOf,
  durationText,
  inputText,
  momentOfId,
  relativeText,
  timestampOf,
  timeText,
} from "./time.ts";

const date = new Date(2026, 10, 26, 14, 3, 7, 123);

it("reads where the reader is", () => {
  expect(timeText(date)).toBe("2026-11-26 14:03:07");
  expect(dateIn(inputText(date))?.getTime()).toBe(date.getTime() - 123);
  expect(["", "yesterday"].map(dateIn)).toEqual([undefined, undefined]);
});

it.each([date, new Date(-1), new Date(0)])("a timestamp of %s is the same moment", (moment) => {
  expect(dateOf(create(TimestampSchema, timestampOf(moment)))).toEqual(moment);
  expect(dateOf(undefined)).toBeUndefined();
});

it.each([
  [-8.64e15, "0001-01-01T00:00:00.000Z"],
  [8.64e15, "9999-12-31T23:59:59.999Z"],
])("a timestamp of %i ms is one that JSON can say", (ms, text) => {
  const timestamp = create(TimestampSchema, timestampOf(new Date(ms)));
  expect(Date.parse(toJson(TimestampSchema, timestamp))).toBe(Date.parse(text));
});

it.each([
  [0, "less than a second"],
  [1_000, "1 second"],
  [61_000, "1 minute 1 second"],
  [7_500_000, "2 hours 5 minutes"],
  [86_400_000 * 3 + 60_000, "3 days 1 minute"],
  [-5, "less than a second"],
])("%i ms are %s", (ms, text) => expect(durationText(ms)).toBe(text));

it("tells how far away a moment is", () => {
  const at = (ms: number) => relativeText(new Date(date.getTime() + ms), date);
  expect([300_000, -7_200_000, 10].map(at)).toEqual(["in 5 minutes", "2 hours ago", "now"]);
});

it("finds in an id when it was made", () => {
  expect(momentOfId("01a21423-3dd3-7000-8000-0bab6e2f4418")?.toISOString()).toBe("2026-11-25T19:16:23.635Z");
  expect(momentOfId("d59d289a-579a-5892-a387-e069d34ee524")).toBeUndefined();
  expect(momentOfId("")).toBeUndefined();
});
