import { ScalarType } from "@bufbuild/protobuf";
import { integerText } from "./integer.ts";

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

/** The key of a map entry, from the name it has in JSON; undefined where that does not fit the key's type. */
export function parseMapKey(type: ScalarType, name: string): string | number | bigint | boolean | undefined {
  if (type === ScalarType.STRING) return /\p{Surrogate}/u.test(name) ? undefined : name;
  if (type === ScalarType.BOOL) return name === "true" ? true : name === "false" ? false : undefined;
  const range = ranges[type];
  const text = integerText(name);
  if (!range || text === undefined) return undefined;
  const key = BigInt(text);
  if (key < range[0] || key > range[1]) return undefined;
  return range === int32 || range === uint32 ? Number(key) : key;
}
