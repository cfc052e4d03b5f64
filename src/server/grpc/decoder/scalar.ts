import { ScalarType } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import type { Source } from "./source.ts";
import { giveUp } from "./source.ts";

/** How the values of a scalar type are read. */
interface Scalar {
  readonly wireType: WireType;
  readonly read: (source: Source) => unknown;
}

/** What requests have. Values of any other type, and those that do not fit, are given up. */
export const scalars: Partial<Record<ScalarType, Scalar>> = {
  [ScalarType.BOOL]: { wireType: WireType.Varint, read: readBool },
  [ScalarType.INT32]: { wireType: WireType.Varint, read: (source) => source.short() },
  [ScalarType.UINT32]: { wireType: WireType.Varint, read: (source) => source.short() },
  [ScalarType.INT64]: { wireType: WireType.Varint, read: (source) => BigInt(source.long()) },
  [ScalarType.UINT64]: { wireType: WireType.Varint, read: (source) => BigInt(source.long()) },
  [ScalarType.DOUBLE]: { wireType: WireType.Bit64, read: (source) => source.double() },
  [ScalarType.STRING]: { wireType: WireType.LengthDelimited, read: (source) => source.text() },
};

/** An open enum is a number. */
export const openEnum: Scalar = { wireType: WireType.Varint, read: (source) => source.short() };

function readBool(source: Source): boolean {
  const value = source.short();
  return value > 1 ? giveUp() : value === 1;
}
