import type { DescField, JsonValue } from "@bufbuild/protobuf";
import { mergeFromJson, ScalarType } from "@bufbuild/protobuf";
import type { ReflectMessage } from "@bufbuild/protobuf/reflect";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { elementsMax, tooManyElements } from "../repetition.ts";
import { decimalText, isDecimal } from "./decimal.ts";
import { isDouble, notDouble } from "./double.ts";
import type { ExactJson } from "./exact.ts";
import { ExactNumber } from "./exact.ts";
import { expectation, meantName } from "./expectation.ts";
import { integerText, isJsonNumber } from "./integer.ts";
import { jsonDepthMax } from "./nesting.ts";
import { isOpenJson } from "./open-types.ts";
import { shorten } from "./shorten.ts";

/**
 * Puts one value without fields of its own (a scalar, an enum, a well-known type) into a message: it becomes the field,
 * is appended to a list, or is set at `mapKey` of a map. protobuf-es does the conversion where it is exact and strict.
 *
 * @returns what is wrong with the value, for the caller to read; undefined where it fits.
 */
export function mergeLeaf(
  target: ReflectMessage,
  field: DescField,
  value: ExactJson,
  mapKey = "",
): string | undefined {
  try {
    const leaf = leafJson(field, value);
    const json = { [field.name]: wrap(field, leaf, mapKey) };
    // parseJson has bounded the depth; one level is the message around the leaf, one more a list or map.
    mergeFromJson(target.desc, target.message, json, { recursionLimit: jsonDepthMax + 2 });
    return undefined;
  } catch (error) {
    if (error instanceof Told) return error.message;
    if (value instanceof ExactNumber && isDecimal(field))
      return "has more digits than fit: 19 before the point, 9 after it, none of them rounded";
    if (value instanceof ExactNumber && field.scalar === ScalarType.STRING)
      return `expected a string, so write it in quotes: "${shorten(value)}"`;
    const meant = field.enum && typeof value === "string" ? meantName(field.enum, value) : "";
    return `expected ${expectation(field)}, got ${shorten(value)}${meant}`;
  }
}

function wrap(field: DescField, leaf: JsonValue, mapKey: string): JsonValue {
  switch (field.fieldKind) {
    case "list":
      return [leaf];
    case "map":
      return { [mapKey]: leaf };
    default:
      return leaf;
  }
}

class Misfit extends Error {}

/** What is wrong with a value of the right type, in its own words. */
class Told extends Error {}

function leafJson(field: DescField, value: ExactJson): JsonValue {
  if (value === null) return null;
  if (value instanceof ExactNumber && isDecimal(field)) return decimalOf(value.source);
  if (field.scalar !== undefined) return scalarJson(field.scalar, value);
  if (field.enum) return value instanceof ExactNumber ? Number(integerOf(value)) : plainJson(value);
  if (field.message && isWrapperDesc(field.message)) return scalarJson(field.message.fields[0].scalar, value);
  switch (field.message?.typeName) {
    case "google.protobuf.Timestamp":
      return matching(value, isTimestamp);
    case "google.protobuf.Duration":
      return matching(value, isDuration);
    case "google.protobuf.FieldMask":
      return maskOf(matching(value, () => true));
    case "google.protobuf.Any":
      throw new Misfit();
    default:
      return isOpenJson(field.message) ? openJson(value, "") : plainJson(value);
  }
}

function scalarJson(type: ScalarType, value: ExactJson): JsonValue {
  switch (type) {
    case ScalarType.INT32:
    case ScalarType.UINT32:
    case ScalarType.SINT32:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return Number(integerOf(value));
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return integerOf(value);
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return typeof value === "string" && isJsonNumber(value) ? finite(value) : plainJson(value);
    default:
      return plainJson(value);
  }
}

function decimalOf(source: string): string {
  const text = decimalText(source);
  if (text === undefined) throw new Misfit();
  return text;
}

function integerOf(value: ExactJson): string {
  const source = value instanceof ExactNumber ? value.source : value;
  const text = typeof source === "string" ? integerText(source) : undefined;
  if (text === undefined) throw new Misfit();
  return text;
}

/** The value as JavaScript has it, for fields where a number is a double. */
function plainJson(value: ExactJson): JsonValue {
  if (value instanceof ExactNumber) return finite(value.source);
  if (Array.isArray(value)) return value.map(plainJson);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plainJson(member)]));
}

/** The same for a field that is kept as it came: none of its numbers may become another. */
function openJson(value: ExactJson, path: string): JsonValue {
  if (value instanceof ExactNumber) {
    const place = path === "" ? "" : ` at ${path}`;
    if (!isDouble(value.source)) throw new Told(`holds ${shorten(value)}${place}, ${notDouble}`);
    return Number(value.source);
  }
  if (Array.isArray(value)) return value.map((each: ExactJson, index) => openJson(each, `${path}[${index}]`));
  if (value === null || typeof value !== "object") return value;
  const prefix = path === "" ? "" : `${path}.`;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, openJson(member, prefix + name)]),
  );
}

function finite(source: string): number {
  const number = Number(source);
  if (!Number.isFinite(number)) throw new Misfit();
  return number;
}

function matching(value: ExactJson, fits: (text: string) => boolean): string {
  if (typeof value !== "string" || !fits(value)) throw new Misfit();
  return value;
}

// protobuf-es takes February 30th and hour 24 and moves on to the next day.
function isTimestamp(text: string): boolean {
  const [, day = "", hour = ""] = /^(\d{4}-\d{2}-\d{2})T(\d{2})/.exec(text) ?? [];
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day) && hour < "24";
}

// protobuf-es does not look at what comes after the `s`.
function isDuration(text: string): boolean {
  return /^-?\d{1,12}(?:\.\d{1,9})?s$/.test(text);
}

/** A field mask is a list, and may name fields as the proto does; protobuf-es wants JSON names. */
function maskOf(paths: string): string {
  if (paths.split(",", elementsMax + 1).length > elementsMax) throw new Told(tooManyElements);
  return paths.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
