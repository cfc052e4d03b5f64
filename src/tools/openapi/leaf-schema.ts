import { type DescEnum, type DescField, type DescMessage, getOption, ScalarType } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { milliseconds } from "../../../gen/tallystick/options/v1/options_pb.ts";
import type { Dialect } from "../../server/gateway/dialect.ts";
import { isDecimal } from "../../server/json/decimal.ts";
import { orNull, type Schema } from "./schema.ts";

/** Whether a message is what a caller sends, or what it gets. */
export type Use = "request" | "response";

const text: Schema = { type: "string" };

/** An exact decimal as text. */
export const decimalText: Schema = { type: "string", pattern: "^[+-]?\\d+(\\.\\d+)?$" };

function integer(format: string): Schema {
  return { type: "integer", format };
}

/** 64 bits are text in JSON, where a number is a double to many. */
function longInteger(format: string): Schema {
  return { type: "string", format, pattern: format === "uint64" ? "^\\d+$" : "^-?\\d+$" };
}

const scalars: Readonly<Record<ScalarType, Schema>> = {
  [ScalarType.DOUBLE]: { type: "number", format: "double" },
  [ScalarType.FLOAT]: { type: "number", format: "float" },
  [ScalarType.INT64]: longInteger("int64"),
  [ScalarType.SINT64]: longInteger("int64"),
  [ScalarType.SFIXED64]: longInteger("int64"),
  [ScalarType.UINT64]: longInteger("uint64"),
  [ScalarType.FIXED64]: longInteger("uint64"),
  [ScalarType.INT32]: integer("int32"),
  [ScalarType.SINT32]: integer("int32"),
  [ScalarType.SFIXED32]: integer("int32"),
  [ScalarType.UINT32]: integer("uint32"),
  [ScalarType.FIXED32]: integer("uint32"),
  [ScalarType.BOOL]: { type: "boolean" },
  [ScalarType.STRING]: text,
  [ScalarType.BYTES]: { type: "string", contentEncoding: "base64" },
};

const wellKnown: Readonly<Record<string, Schema>> = {
  "google.protobuf.Timestamp": { type: "string", format: "date-time" },
  "google.protobuf.Duration": { type: "string", pattern: "^-?\\d{1,12}(\\.\\d{1,9})?s$", examples: ["900s"] },
  "google.protobuf.FieldMask": { type: "string" },
  "google.protobuf.Struct": { type: "object", additionalProperties: true },
  "google.protobuf.ListValue": { type: "array", items: {} },
  "google.protobuf.Value": {},
};

/** What a field without fields of its own has as a value, or as an element; of an enum, `enumSchema` of it. */
export function leafSchema(
  field: DescField,
  { decimals, times }: Dialect,
  use: Use,
  enumSchema: (desc: DescEnum) => Schema,
): Schema {
  if (field.enum !== undefined) return enumSchema(field.enum);
  if (field.message !== undefined) return messageSchema(field.message);
  const isInAnswer = use === "response";
  if (isDecimal(field)) return decimalSchema(decimals, use);
  if (isInAnswer && times === "numbers" && getOption(field, milliseconds)) return integer("int64");
  return field.scalar === undefined ? {} : scalars[field.scalar];
}

function decimalSchema(decimals: Dialect["decimals"], use: Use): Schema {
  if (decimals === "numbers") return use === "response" ? { type: "number" } : { type: ["number", "string"] };
  return decimalText;
}

function messageSchema(message: DescMessage): Schema {
  if (isWrapperDesc(message)) return scalars[message.fields[0].scalar];
  const schema = wellKnown[message.typeName];
  if (schema === undefined) throw new Error(`there is no schema for ${message}`);
  return schema;
}

/** Every spelling of such a value that is read: null for none, numbers as text, and enums by number. */
export function everySpelling(field: DescField, canonical: Schema): Schema {
  if (field.enum !== undefined) return { anyOf: [canonical, { type: ["integer", "null"] }] };
  const scalar =
    field.message && isWrapperDesc(field.message) ? field.message.fields[0].scalar : field.scalar;
  if (
    scalar === undefined ||
    scalar === ScalarType.STRING ||
    scalar === ScalarType.BOOL ||
    scalar === ScalarType.BYTES
  )
    return isDecimal(field) ? { type: ["number", "string", "null"] } : orNull(canonical);
  return { type: ["number", "string", "null"] };
}
