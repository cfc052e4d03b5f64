import type { DescMessage, JsonObject, JsonValue } from "@bufbuild/protobuf";
import { fromJson } from "@bufbuild/protobuf";
import { isDouble, notDouble } from "./double.ts";
import { type ExactJson, ExactNumber } from "./exact.ts";
import { parseFieldMask } from "./field-mask.ts";
import { fitting, Misfit } from "./misfit.ts";
import { jsonDepthMax } from "./nesting.ts";
import { type Place, pathOf } from "./place.ts";
import { shorten } from "./shorten.ts";

/**
 * Makes of a value what protobuf-es holds for a message of a well-known type. protobuf-es does the conversion itself where
 * that is exact and strict.
 *
 * @throws Misfit
 */
export function readWellKnown(desc: DescMessage, value: ExactJson): unknown {
  switch (desc.typeName) {
    case "google.protobuf.Struct":
      // Save in the messages of struct.proto itself, protobuf-es holds it as plain JSON.
      return openObject(value);
    case "google.protobuf.Value":
    case "google.protobuf.ListValue":
      return converted(desc, openJson(value, undefined));
    case "google.protobuf.Timestamp":
      return converted(desc, matching(value, isTimestamp));
    case "google.protobuf.Duration":
      return converted(desc, matching(value, isDuration));
    case "google.protobuf.FieldMask":
      return parseFieldMask(matching(value, () => true));
    default:
      throw new Misfit();
  }
}

function converted(desc: DescMessage, json: JsonValue): unknown {
  // parseJson has bounded the depth; the message is one level more, and what the innermost array holds another.
  return fitting(() => fromJson(desc, json, { recursionLimit: jsonDepthMax + 2 }));
}

function openObject(value: ExactJson): JsonObject {
  const json = openJson(value, undefined);
  if (json === null || typeof json !== "object" || Array.isArray(json)) throw new Misfit();
  return json;
}

/** JSON that is kept as it came: none of its numbers may become another. */
function openJson(value: ExactJson, place: Place | undefined): JsonValue {
  if (value === null || typeof value !== "object") return value;
  if (value instanceof ExactNumber) return double(value, place);
  if (Array.isArray(value))
    return value.map((each: ExactJson, index) => openJson(each, { within: place, step: index }));
  const json: JsonObject = {};
  for (const [name, member] of Object.entries(value))
    json[name] = openJson(member, { within: place, step: name });
  return json;
}

function double(number: ExactNumber, place: Place | undefined): number {
  if (isDouble(number.source)) return Number(number.source);
  const where = place === undefined ? "" : ` at ${pathOf(place)}`;
  throw new Misfit(`holds ${shorten(number)}${where}, ${notDouble}`);
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
