import { ScalarType } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import type { Wire } from "./wire.ts";
import { tagged, type Write } from "./write.ts";

/** How the values of a scalar type are written. */
export interface Scalar {
  readonly wireType: WireType;
  readonly write: Write;
  /** Whether a field without presence counts as unset. */
  readonly isZero: (value: unknown) => boolean;
}

const floatMax = 3.4028234663852886e38;

const string: Scalar = {
  wireType: WireType.LengthDelimited,
  write(wire, value) {
    if (typeof value !== "string") throw mismatch("string");
    wire.string(value);
  },
  isZero: (value) => value === "",
};

const bytes: Scalar = {
  wireType: WireType.LengthDelimited,
  write(wire, value) {
    if (!(value instanceof Uint8Array)) throw mismatch("bytes");
    wire.bytes(value);
  },
  isZero: (value) => value instanceof Uint8Array && value.length === 0,
};

const bool: Scalar = {
  wireType: WireType.Varint,
  write(wire, value) {
    if (typeof value !== "boolean") throw mismatch("bool");
    wire.varint(value ? 1 : 0);
  },
  isZero: (value) => value === false,
};

const double: Scalar = {
  wireType: WireType.Bit64,
  write(wire, value) {
    if (typeof value !== "number") throw mismatch("double");
    wire.double(value);
  },
  isZero: isPositiveZero,
};

const float: Scalar = {
  wireType: WireType.Bit32,
  write(wire, value) {
    if (typeof value !== "number" || (Number.isFinite(value) && Math.abs(value) > floatMax))
      throw mismatch("float");
    wire.float(value);
  },
  isZero: isPositiveZero,
};

const int32 = signed32(WireType.Varint, (wire, value) => {
  if (value < 0) wire.varint64(BigInt(value));
  else wire.varint(value);
});
const sint32 = signed32(WireType.Varint, (wire, value) => wire.varint(((value << 1) ^ (value >> 31)) >>> 0));
const sfixed32 = signed32(WireType.Bit32, (wire, value) => wire.fixed32(value));
const uint32 = unsigned32(WireType.Varint, (wire, value) => wire.varint(value));
const fixed32 = unsigned32(WireType.Bit32, (wire, value) => wire.fixed32(value));
const int64 = signed64(WireType.Varint, (wire, value) => wire.varint64(value));
const sint64 = signed64(WireType.Varint, (wire, value) => wire.varint64((value << 1n) ^ (value >> 63n)));
const sfixed64 = signed64(WireType.Bit64, (wire, value) => wire.fixed64(value));
const uint64 = unsigned64(WireType.Varint, (wire, value) => wire.varint64(value));
const fixed64 = unsigned64(WireType.Bit64, (wire, value) => wire.fixed64(value));

export const scalars: Readonly<Record<ScalarType, Scalar>> = {
  [ScalarType.STRING]: string,
  [ScalarType.BYTES]: bytes,
  [ScalarType.BOOL]: bool,
  [ScalarType.DOUBLE]: double,
  [ScalarType.FLOAT]: float,
  [ScalarType.INT32]: int32,
  [ScalarType.SINT32]: sint32,
  [ScalarType.SFIXED32]: sfixed32,
  [ScalarType.UINT32]: uint32,
  [ScalarType.FIXED32]: fixed32,
  [ScalarType.INT64]: int64,
  [ScalarType.SINT64]: sint64,
  [ScalarType.SFIXED64]: sfixed64,
  [ScalarType.UINT64]: uint64,
  [ScalarType.FIXED64]: fixed64,
};

/** Writes a scalar with the number of its field before it. */
export function taggedScalar(field: number, type: ScalarType): Write {
  const { wireType, write } = scalars[type];
  return tagged(field, wireType, write);
}

function signed32(wireType: WireType, write: (wire: Wire, value: number) => void): Scalar {
  return number(wireType, write, (value) => (value | 0) === value);
}

function unsigned32(wireType: WireType, write: (wire: Wire, value: number) => void): Scalar {
  return number(wireType, write, (value) => value >>> 0 === value);
}

function number(
  wireType: WireType,
  write: (wire: Wire, value: number) => void,
  isInRange: (value: number) => boolean,
): Scalar {
  return {
    wireType,
    write(wire, value) {
      if (typeof value !== "number" || !isInRange(value)) throw mismatch("an integer of 32 bits");
      write(wire, value);
    },
    isZero: (value) => value === 0,
  };
}

function signed64(wireType: WireType, write: (wire: Wire, value: bigint) => void): Scalar {
  return bigint(wireType, write, (value) => BigInt.asIntN(64, value) === value);
}

function unsigned64(wireType: WireType, write: (wire: Wire, value: bigint) => void): Scalar {
  return bigint(wireType, write, (value) => BigInt.asUintN(64, value) === value);
}

function bigint(
  wireType: WireType,
  write: (wire: Wire, value: bigint) => void,
  isInRange: (value: bigint) => boolean,
): Scalar {
  return {
    wireType,
    write(wire, value) {
      if (typeof value !== "bigint" || !isInRange(value)) throw mismatch("an integer of 64 bits");
      write(wire, value);
    },
    isZero: (value) => value === 0n,
  };
}

/** -0 is a value of its own to protobuf. */
function isPositiveZero(value: unknown): boolean {
  return Object.is(value, 0);
}

function mismatch(type: string): TypeError {
  return new TypeError(`the value is not of the field's type, ${type}`);
}
