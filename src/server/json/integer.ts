import { ScalarType } from "@bufbuild/protobuf";
import { exactNumber } from "./number.ts";

/** The digits of 2^64. */
const digitsMax = 20;

/**
 * The integer that a JSON number writes, in plain digits and without rounding: `1.20e2` is `120`.
 *
 * @returns undefined for what is no JSON number, has a fraction, or has more digits than any integer field.
 */
export function integerText(source: string): string | undefined {
  const value = exactNumber(source);
  if (value === undefined || value.e >= digitsMax || value.c.length - 1 > value.e) return undefined;
  return value.c[0] === 0 ? "0" : value.toFixed();
}

type Range = readonly [min: bigint, max: bigint];

const int32: Range = [-(2n ** 31n), 2n ** 31n - 1n];
const uint32: Range = [0n, 2n ** 32n - 1n];
const int64: Range = [-(2n ** 63n), 2n ** 63n - 1n];
const uint64: Range = [0n, 2n ** 64n - 1n];

const ranges: Partial<Record<ScalarType, Range>> = {
  [ScalarType.INT32]: int32,
  [ScalarType.SINT32]: int32,
  [ScalarType.SFIXED32]: int32,
  [ScalarType.UINT32]: uint32,
  [ScalarType.FIXED32]: uint32,
  [ScalarType.INT64]: int64,
  [ScalarType.SINT64]: int64,
  [ScalarType.SFIXED64]: int64,
  [ScalarType.UINT64]: uint64,
  [ScalarType.FIXED64]: uint64,
};

/** The integer that text writes, as protobuf-es holds it; undefined where it does not fit the type. */
export function parseInteger(type: ScalarType, text: string): number | bigint | undefined {
  const range = ranges[type];
  const digits = integerText(text);
  if (range === undefined || digits === undefined) return undefined;
  const integer = BigInt(digits);
  if (integer < range[0] || integer > range[1]) return undefined;
  return range === int32 || range === uint32 ? Number(integer) : integer;
}
