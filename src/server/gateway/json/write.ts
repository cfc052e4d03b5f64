import type { DescField, DescMessage, JsonObject, JsonValue, Message, Registry } from "@bufbuild/protobuf";
import { create, toJson } from "@bufbuild/protobuf";
import { hasFields } from "../fields.ts";

/** How messages look as JSON. */
export interface WriteOptions {
  /** The registry that google.protobuf.Any is read with. */
  readonly registry: Registry;
  readonly names: "proto" | "json";
  /** Printed: defaults, empty lists and maps, and null for messages; members of a oneof stay out (grpc-gateway's EmitUnpopulated). */
  readonly unsetFields: "printed" | "omitted";
}

/** Writes a message, or only the value of its field `part` if that is given, as a JSON value. */
export function writeMessage(
  desc: DescMessage,
  message: Message,
  options: WriteOptions,
  part?: DescField,
): JsonValue {
  const emitted = emit(desc, message, options, options.unsetFields === "printed");
  const json = options.unsetFields === "printed" ? printUnset(desc, emitted, options) : emitted;
  if (!part) return json;
  return memberOf(json, nameOf(part, options)) ?? writeUnset(desc, message, part, options);
}

function emit(desc: DescMessage, message: Message, options: WriteOptions, defaults: boolean): JsonValue {
  return toJson(desc, message, {
    registry: options.registry,
    useProtoFieldName: options.names === "proto",
    alwaysEmitImplicit: defaults,
  });
}

/** An unset field that has to be a body all the same: the default value, the empty message, or null. */
function writeUnset(desc: DescMessage, message: Message, part: DescField, options: WriteOptions): JsonValue {
  if (part.fieldKind === "message" && hasFields(part)) {
    return writeMessage(part.message, create(part.message), options);
  }
  return memberOf(emit(desc, message, options, true), nameOf(part, options)) ?? null;
}

function memberOf(json: JsonValue, name: string): JsonValue | undefined {
  return isObject(json) ? json[name] : undefined;
}

/** Adds the nulls, all the way down, and brings the fields into the order of the proto. */
function printUnset(desc: DescMessage, json: JsonValue, options: WriteOptions): JsonValue {
  if (!isObject(json)) return json;
  const printed: JsonObject = {};
  for (const field of desc.fields) {
    const name = nameOf(field, options);
    const value = json[name];
    if (value !== undefined) printed[name] = printUnsetWithin(field, value, options);
    else if (isUnsetMessage(field)) printed[name] = null;
  }
  return printed;
}

function printUnsetWithin(field: DescField, value: JsonValue, options: WriteOptions): JsonValue {
  if (!hasFields(field)) return value;
  const { message } = field;
  if (Array.isArray(value)) return value.map((element) => printUnset(message, element, options));
  if (field.fieldKind !== "map" || !isObject(value)) return printUnset(message, value, options);
  const entries = Object.entries(value).map(([key, entry]) => [key, printUnset(message, entry, options)]);
  return Object.fromEntries(entries);
}

function isUnsetMessage(field: DescField): boolean {
  return field.fieldKind === "message" && field.oneof === undefined && !field.proto.proto3Optional;
}

function nameOf(field: DescField, options: WriteOptions): string {
  return options.names === "proto" ? field.name : field.jsonName;
}

function isObject(json: JsonValue): json is JsonObject {
  return json !== null && typeof json === "object" && !Array.isArray(json);
}
