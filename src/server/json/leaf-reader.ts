import type { DescEnum, DescField, DescMessage } from "@bufbuild/protobuf";
import { create, ScalarType } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { decimalText, isDecimal } from "./decimal.ts";
import { type ExactJson, ExactNumber } from "./exact.ts";
import { isUnwrapped } from "./held.ts";
import { parseInteger } from "./integer.ts";
import { fitting, Misfit } from "./misfit.ts";
import { isJsonNumber } from "./number.ts";
import { readWellKnown } from "./well-known.ts";

/** Makes of a value what protobuf-es holds for it. Throws Misfit where the value does not fit. */
type LeafReader = (value: ExactJson) => unknown;

const readers = new WeakMap<DescField, LeafReader>();

/** What reads the values (elements, for lists and maps) of a field that have no fields of their own. */
export function leafReader(field: DescField): LeafReader {
  const known = readers.get(field);
  if (known !== undefined) return known;
  const reader = readerOf(field);
  readers.set(field, reader);
  return reader;
}

function readerOf(field: DescField): LeafReader {
  if (field.enum !== undefined) return enumReader(field.enum);
  if (field.message !== undefined) return messageReader(field, field.message);
  if (isDecimal(field)) return readDecimal;
  const read = scalarReader(field.scalar);
  return "longAsString" in field && field.longAsString ? (value) => String(read(value)) : read;
}

function scalarReader(type: ScalarType): LeafReader {
  switch (type) {
    case ScalarType.STRING:
      return readString;
    case ScalarType.BOOL:
      return readBool;
    case ScalarType.BYTES:
      return readBytes;
    case ScalarType.DOUBLE:
      return readDouble;
    case ScalarType.FLOAT:
      return readFloat;
    default:
      return (value) => readInteger(type, value);
  }
}

function readString(value: ExactJson): string {
  if (typeof value !== "string" || !value.isWellFormed()) throw new Misfit();
  return value;
}

function readDecimal(value: ExactJson): string {
  if (!(value instanceof ExactNumber)) return readString(value);
  const text = decimalText(value.source);
  if (text === undefined) throw new Misfit();
  return text;
}

function readBool(value: ExactJson): boolean {
  if (typeof value !== "boolean") throw new Misfit();
  return value;
}

function readBytes(value: ExactJson): Uint8Array {
  if (typeof value !== "string") throw new Misfit();
  return fitting(() => base64Decode(value));
}

function readInteger(type: ScalarType, value: ExactJson): number | bigint {
  const source = value instanceof ExactNumber ? value.source : value;
  const integer = typeof source === "string" ? parseInteger(type, source) : undefined;
  if (integer === undefined) throw new Misfit();
  return integer;
}

const floatMax = 2 ** 128 - 2 ** 104;

/** What protobuf's JSON writes as words. */
const notFinite: readonly ExactJson[] = ["NaN", "Infinity", "-Infinity"];

function readDouble(value: ExactJson): number {
  if (notFinite.includes(value)) return Number(value);
  const source = value instanceof ExactNumber ? value.source : value;
  const number = typeof source === "string" && isJsonNumber(source) ? Number(source) : Number.NaN;
  if (!Number.isFinite(number)) throw new Misfit();
  return number;
}

function readFloat(value: ExactJson): number {
  const number = readDouble(value);
  if (Number.isFinite(number) && Math.abs(number) > floatMax) throw new Misfit();
  return number;
}

function enumReader(desc: DescEnum): LeafReader {
  const numbers = new Map(desc.values.map(({ name, number }) => [name, number]));
  const isNull = desc.typeName === "google.protobuf.NullValue";
  return (value) => {
    if (value === null && isNull) return 0;
    const number =
      typeof value === "string" ? numbers.get(value) : Number(readInteger(ScalarType.INT32, value));
    if (number === undefined || !(desc.open || number in desc.value)) throw new Misfit();
    return number;
  };
}

function messageReader(field: DescField, desc: DescMessage): LeafReader {
  if (!isWrapperDesc(desc)) return (value) => readWellKnown(desc, value);
  const read = scalarReader(desc.fields[0].scalar);
  return isUnwrapped(field) ? read : (value) => Object.assign(create(desc), { value: read(value) });
}
