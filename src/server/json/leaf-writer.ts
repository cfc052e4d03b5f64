import {
  type DescEnum,
  type DescField,
  type DescMessage,
  getOption,
  type Message,
  ScalarType,
  toJson,
} from "@bufbuild/protobuf";
import { base64Encode } from "@bufbuild/protobuf/wire";
import { isWrapperDesc, type Timestamp } from "@bufbuild/protobuf/wkt";
import { milliseconds } from "../../../gen/tallystick/options/v1/options_pb.ts";
import { isDecimal, paddedDecimal } from "./decimal.ts";
import { ExactNumber, type WrittenJson } from "./exact.ts";
import { isJsonNumber } from "./integer.ts";
import { timestampText } from "./timestamp.ts";
import type { WriteOptions } from "./write-options.ts";

/** Makes JSON of a value (an element, for lists and maps) as protobuf-es holds it for its field. */
export type LeafWriter = (value: unknown, options: WriteOptions) => WrittenJson;

/** What writes the values of a field that have no fields of their own. */
export function leafWriter(field: DescField): LeafWriter {
  if (field.enum !== undefined) return enumWriter(field.enum);
  if (field.message !== undefined) return messageWriter(field, field.message);
  const write = scalarWriter(field.scalar);
  if (isDecimal(field))
    return (value, { decimals }) => (decimals === "numbers" ? numberOf(value as string) : (value as string));
  if (getOption(field, milliseconds))
    return (value, { times }) => (times === "numbers" ? Number(value) : write(value));
  return write;
}

/** What is no decimal stays text. */
function numberOf(decimal: string): WrittenJson {
  const padded = paddedDecimal(decimal);
  return isJsonNumber(padded) ? new ExactNumber(padded) : decimal;
}

function scalarWriter(type: ScalarType): (value: unknown) => WrittenJson {
  switch (type) {
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return String;
    case ScalarType.BYTES:
      return (value) => base64Encode(value as Uint8Array);
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return (value) => (Number.isFinite(value) ? (value as number) : String(value));
    default:
      return (value) => value as WrittenJson;
  }
}

function enumWriter(desc: DescEnum): LeafWriter {
  if (desc.typeName === "google.protobuf.NullValue") return () => null;
  return (value, { enums }) => {
    const number = value as number;
    return enums === "numbers" ? number : (desc.value[number]?.name ?? number);
  };
}

/** protobuf-es holds a wrapper that is a field of its own as what it wraps, and a Struct as plain JSON. */
function messageWriter(field: DescField, message: DescMessage): LeafWriter {
  if (message.typeName === "google.protobuf.Struct") return (value) => value as WrittenJson;
  if (isWrapperDesc(message)) {
    const write = scalarWriter(message.fields[0].scalar);
    const isUnwrapped = field.fieldKind === "message" && field.oneof === undefined;
    return isUnwrapped ? write : (value) => write((value as { value: unknown }).value);
  }
  if (message.typeName === "google.protobuf.Timestamp")
    return (value, options) =>
      timestampText(value as Timestamp) ?? writeWellKnown(message, value as Message, options);
  return (value, options) => writeWellKnown(message, value as Message, options);
}

/** Writes a message of a type that has a JSON of its own. */
export function writeWellKnown(
  desc: DescMessage,
  message: Message,
  { registry, names, unsetFields, enums }: WriteOptions,
): WrittenJson {
  return toJson(desc, message, {
    registry,
    useProtoFieldName: names === "proto",
    alwaysEmitImplicit: unsetFields === "printed",
    enumAsInteger: enums === "numbers",
  });
}
