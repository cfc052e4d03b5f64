import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type Message,
  ScalarType,
  toJson,
} from "@bufbuild/protobuf";
import { base64Encode } from "@bufbuild/protobuf/wire";
import { isWrapperDesc, type Timestamp } from "@bufbuild/protobuf/wkt";
import { milliseconds } from "../../../gen/tallystick/options/v1/options_pb.ts";
import { knownOption } from "../../bounds/known-option.ts";
import { isDecimal, paddedDecimal } from "./decimal.ts";
import { ExactNumber, type WrittenJson } from "./exact.ts";
import { isUnwrapped } from "./held.ts";
import { isJsonObject } from "./json-value.ts";
import { isJsonNumber } from "./number.ts";
import { timestampText } from "./timestamp.ts";
import type { WriteOptions } from "./write-options.ts";

/** Makes JSON of a value (an element, for lists and maps) as protobuf-es holds it for its field. */
export type LeafWriter = (value: unknown, options: WriteOptions) => WrittenJson;

/** What writes the values of a field that have no fields of their own. */
export function leafWriter(field: DescField): LeafWriter {
  if (field.enum !== undefined) return enumWriter(field, field.enum);
  if (field.message !== undefined) return messageWriter(field, field.message);
  const write = scalarWriter(field, field.scalar);
  if (isDecimal(field))
    return (value, { decimals }) => {
      const text = write(value);
      return decimals === "numbers" ? numberOf(text as string) : text;
    };
  if (knownOption(field, milliseconds))
    return (value, { times }) => (times === "numbers" ? Number(write(value)) : write(value));
  return write;
}

/** What is no decimal stays text. */
function numberOf(decimal: string): WrittenJson {
  const padded = paddedDecimal(decimal);
  return isJsonNumber(padded) ? new ExactNumber(padded) : decimal;
}

function scalarWriter(field: DescField, type: ScalarType): (value: unknown) => WrittenJson {
  switch (type) {
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return checked(field, (value) => typeof value === "bigint" || typeof value === "string", String);
    case ScalarType.BYTES:
      return checked(field, (value) => value instanceof Uint8Array, base64Encode);
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return checked(field, isNumber, (value) => (Number.isFinite(value) ? value : String(value)));
    case ScalarType.BOOL:
      return checked(field, (value) => typeof value === "boolean", asIs);
    case ScalarType.STRING:
      return checked(field, (value) => typeof value === "string", asIs);
    default:
      return checked(field, isInteger, asIs);
  }
}

/** What is not of its field's type is our own fault, and no value is told in its place. */
function checked<T>(
  field: DescField,
  fits: (value: unknown) => value is T,
  write: (value: T) => WrittenJson,
): (value: unknown) => WrittenJson {
  return (value) => {
    if (!fits(value)) throw new TypeError(`the value is not for ${field}`);
    return write(value);
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}

function asIs<T extends WrittenJson>(value: T): T {
  return value;
}

function enumWriter(field: DescField, desc: DescEnum): LeafWriter {
  if (desc.typeName === "google.protobuf.NullValue") return () => null;
  const asNumber = checked(field, isInteger, asIs);
  const asName = checked(field, isInteger, (number) => desc.value[number]?.name ?? number);
  return (value, { enums }) => (enums === "numbers" ? asNumber(value) : asName(value));
}

/** protobuf-es holds a Struct as plain JSON. */
function messageWriter(field: DescField, message: DescMessage): LeafWriter {
  if (message.typeName === "google.protobuf.Struct") return checked(field, isJsonObject, asIs);
  if (isWrapperDesc(message)) {
    const write = scalarWriter(field, message.fields[0].scalar);
    return isUnwrapped(field) ? write : (value) => write((value as { value: unknown }).value);
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
