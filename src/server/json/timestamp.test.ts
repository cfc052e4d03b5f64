import { create, toJson } from "@bufbuild/protobuf";
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { timestampText } from "./timestamp.ts";

const seconds = fc.bigInt({ min: -62_135_596_800n, max: 253_402_300_799n });
const nanos = fc
  .tuple(fc.integer({ min: 0, max: 999_999_999 }), fc.constantFrom(1, 1_000, 1_000_000, 1_000_000_000))
  .map(([value, unit]) => value - (value % unit));

it("writes a time as protobuf-es does, with as many places as it has", () => {
  const property = fc.property(seconds, nanos, (...[whole, rest]) => {
    const time = create(TimestampSchema, { seconds: whole, nanos: rest });
    expect(timestampText(time)).toBe(toJson(TimestampSchema, time));
  });
  fc.assert(property);
});

it.each([
  [-62_135_596_801n, 999_999_999],
  [253_402_300_800n, 0],
  [0n, -1],
  [0n, 1_000_000_000],
])("has no text for %d seconds and %d nanoseconds", (whole, rest) => {
  expect(timestampText(create(TimestampSchema, { seconds: whole, nanos: rest }))).toBeUndefined();
});
