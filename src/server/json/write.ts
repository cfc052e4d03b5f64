import type { DescField, DescMessage, JsonValue, Message, Registry } from "@bufbuild/protobuf";
import { create, getOption, toJson } from "@bufbuild/protobuf";
import { milliseconds, printed } from "../../../gen/tallystick/options/v1/options_pb.ts";
import { isDecimal, paddedDecimal } from "./decimal.ts";
import { ExactNumber } from "./exact.ts";
import { hasFields } from "./fields.ts";

/** How messages look as JSON. */
export interface WriteOptions {
  /** The registry that google.protobuf.Any is read with. */
  readonly registry: Registry;
  readonly names: "proto" | "json";
  /**
   * Printed: defaults, empty lists and maps, and null for messages; members of a oneof stay out (grpc-gateway's
   * EmitUnpopulated). Marked printed: empty texts and lists with the option `printed`. Lists printed: those and every empty
   * list.
   */
  readonly unsetFields: "printed" | "omitted" | "marked printed" | "lists printed";
  /** How fields with the option `decimal` are written: as what they are, or as JSON numbers with every digit. */
  readonly decimals: "text" | "numbers";
  /** How enums are written. */
  readonly enums: "names" | "numbers";
  /** How fields with the option `milliseconds` are written: as protobuf's own JSON has them, or as JSON numbers. */
  readonly times: "text" | "numbers";
}

/** JSON to be written; a number that must keep its digits is a ExactNumber. */
export type WrittenJson =
  | null
  | boolean
  | number
  | string
  | ExactNumber
  | readonly WrittenJson[]
  | WrittenObject;
type WrittenObject = { readonly [name: string]: WrittenJson };

/** Writes a message, or only the value of its field `part` if that is given, as a JSON value. */
export function writeMessage(
  desc: DescMessage,
  message: Message,
  options: WriteOptions,
  part?: DescField,
): WrittenJson {
  const emitted = emit(desc, message, options, options.unsetFields === "printed");
  const { unsetFields, decimals, times } = options;
  const isFinished = unsetFields === "omitted" && decimals === "text" && times === "text";
  const json = isFinished ? emitted : finish(desc, emitted, options);
  if (!part) return json;
  return memberOf(json, nameOf(part, options)) ?? writeUnset(desc, message, part, options);
}

function emit(desc: DescMessage, message: Message, options: WriteOptions, defaults: boolean): JsonValue {
  return toJson(desc, message, {
    registry: options.registry,
    useProtoFieldName: options.names === "proto",
    alwaysEmitImplicit: defaults,
    enumAsInteger: options.enums === "numbers",
  });
}

/** An unset field that has to be a body all the same: the default value, the empty message, or null. */
function writeUnset(
  desc: DescMessage,
  message: Message,
  part: DescField,
  options: WriteOptions,
): WrittenJson {
  if (part.fieldKind === "message" && hasFields(part)) {
    return writeMessage(part.message, create(part.message), options);
  }
  return memberOf(emit(desc, message, options, true), nameOf(part, options)) ?? null;
}

function memberOf(json: WrittenJson, name: string): WrittenJson | undefined {
  return isObject(json) ? json[name] : undefined;
}

/** Adds what is unset and to be printed, writes decimals, all the way down, and brings the fields into the order of the proto. */
function finish(desc: DescMessage, json: JsonValue, options: WriteOptions): WrittenJson {
  if (!isJsonObject(json)) return json;
  const finished: Record<string, WrittenJson> = {};
  for (const field of desc.fields) {
    const name = nameOf(field, options);
    const value = json[name];
    const written = value === undefined ? unsetValue(field, options) : finishWithin(field, value, options);
    if (written !== undefined) finished[name] = written;
  }
  return finished;
}

function finishWithin(field: DescField, value: JsonValue, options: WriteOptions): WrittenJson {
  if (Array.isArray(value)) return value.map((element) => finishValue(field, element, options));
  if (field.fieldKind !== "map" || !isJsonObject(value)) return finishValue(field, value, options);
  const entries = Object.entries(value).map(([key, entry]) => [key, finishValue(field, entry, options)]);
  return Object.fromEntries(entries);
}

function finishValue(field: DescField, value: JsonValue, options: WriteOptions): WrittenJson {
  if (hasFields(field)) return finish(field.message, value, options);
  if (typeof value !== "string") return value;
  if (options.decimals === "numbers" && isDecimal(field)) return new ExactNumber(paddedDecimal(value));
  return options.times === "numbers" && getOption(field, milliseconds) ? Number(value) : value;
}

/** What is printed for a field that protobuf's own JSON leaves out; undefined where nothing is. */
function unsetValue(field: DescField, { unsetFields }: WriteOptions): WrittenJson | undefined {
  if (unsetFields === "printed") return isUnsetMessage(field) ? null : undefined;
  if (unsetFields === "lists printed" && field.fieldKind === "list") return [];
  if (!getOption(field, printed)) return undefined;
  return field.fieldKind === "list" ? [] : "";
}

function isUnsetMessage(field: DescField): boolean {
  return field.fieldKind === "message" && field.oneof === undefined && !field.proto.proto3Optional;
}

function nameOf(field: DescField, options: WriteOptions): string {
  return options.names === "proto" ? field.name : field.jsonName;
}

function isObject(json: WrittenJson): json is WrittenObject {
  return json !== null && typeof json === "object" && !Array.isArray(json) && !(json instanceof ExactNumber);
}

function isJsonObject(json: JsonValue): json is { [name: string]: JsonValue } {
  return json !== null && typeof json === "object" && !Array.isArray(json);
}
