import { create, type DescField, type DescMessage } from "@bufbuild/protobuf";
import { suggestion } from "../../bounds/suggestion.ts";
import type { Violations } from "../requests/violations.ts";
import { type ExactJson, ExactNumber } from "./exact.ts";
import { findField, hasFields } from "./fields.ts";
import { mergeLeaf } from "./leaf.ts";
import { parseMapKey } from "./map-key.ts";
import { type Place, pathOf } from "./place.ts";
import { hasEntry, oneofRival, put, type Target } from "./target.ts";

/** How strict reading is, and where it puts what does not fit. */
export interface ReadOptions {
  readonly unknownFields: "refused" | "ignored";
  readonly violations: Violations;
}

type ExactObject = { readonly [name: string]: ExactJson };

/**
 * Reads a JSON object into a message, by proto and JSON names. `place` is where the message stands, in the caller's words;
 * nowhere at the top.
 */
export function readMessage(target: Target, json: ExactJson, options: ReadOptions, place?: Place): void {
  if (!isObject(json)) {
    options.violations.add(pathOf(place), "expected an object");
    return;
  }
  for (const name in json) {
    const field = findField(target.desc, name);
    const here = { within: place, step: name };
    if (field === undefined) {
      if (options.unknownFields === "refused") refuseName(target.desc, name, options, here);
    } else if (isSecond(field, name, json)) {
      const { violations } = options;
      violations.add(pathOf(here), `is there as "${field.name}" and as "${field.jsonName}"`);
    } else readField(target, field, json[name] ?? null, options, here);
  }
}

function refuseName({ fields }: DescMessage, name: string, { violations }: ReadOptions, place: Place): void {
  const meant = suggestion(
    name,
    fields.map(({ jsonName }) => jsonName),
  );
  violations.add(pathOf(place), `there is no such field${meant}`);
}

/** Whether a field is there by its other name, too, and before. */
function isSecond(field: DescField, name: string, json: ExactObject): boolean {
  const other = name === field.name ? field.jsonName : field.name;
  if (other === name || !Object.hasOwn(json, other)) return false;
  const names = Object.keys(json);
  return names.indexOf(other) < names.indexOf(name);
}

/** Reads the JSON value of one field. null leaves the field unset, unless null is a value of its type. */
export function readField(
  target: Target,
  field: DescField,
  json: ExactJson,
  options: ReadOptions,
  place?: Place,
): void {
  if (json === null && !(isSingular(field) && takesNull(field))) return;
  const rival = oneofRival(target, field);
  if (rival) {
    options.violations.add(pathOf(place), `only one of ${rival.name} and ${field.name} may be set`);
    return;
  }
  if (field.fieldKind === "list") readList(target, field, json, options, place);
  else if (field.fieldKind === "map") readMap(target, field, json, options, place);
  else readValue(target, field, json, options, place);
}

function readList(
  target: Target,
  field: DescField,
  json: ExactJson,
  options: ReadOptions,
  place: Place | undefined,
): void {
  if (!Array.isArray(json)) {
    options.violations.add(pathOf(place), "expected an array");
    return;
  }
  json.forEach((element: ExactJson, index) => {
    readValue(target, field, element, options, { within: place, step: index });
  });
}

function readMap(
  target: Target,
  field: DescField & { fieldKind: "map" },
  json: ExactJson,
  options: ReadOptions,
  place: Place | undefined,
): void {
  if (!isObject(json)) {
    options.violations.add(pathOf(place), "expected an object");
    return;
  }
  for (const [name, value] of Object.entries(json)) {
    const here = { within: place, step: { key: name } };
    const key = parseMapKey(field.mapKey, name);
    if (key === undefined) options.violations.add(pathOf(here), "the key does not fit its type");
    else if (hasEntry(target, field, key)) options.violations.add(pathOf(here), "the key is there twice");
    else readValue(target, field, value, options, here, key);
  }
}

/** Reads a field that has one value, one element of a list, or the value at a key of a map. */
function readValue(
  target: Target,
  field: DescField,
  json: ExactJson,
  options: ReadOptions,
  place: Place | undefined,
  mapKey = "",
): void {
  if (hasFields(field)) {
    const child = { desc: field.message, message: create(field.message) };
    readMessage(child, json, options, place);
    put(target, field, child.message, mapKey);
  } else {
    const problem = mergeLeaf(target, field, json, mapKey);
    if (problem !== undefined) options.violations.add(pathOf(place), problem);
  }
}

function isObject(json: ExactJson): json is ExactObject {
  return json !== null && typeof json === "object" && !Array.isArray(json) && !(json instanceof ExactNumber);
}

function isSingular(field: DescField): boolean {
  return field.fieldKind !== "list" && field.fieldKind !== "map";
}

function takesNull(field: DescField): boolean {
  const type = field.message?.typeName ?? field.enum?.typeName;
  return type === "google.protobuf.Value" || type === "google.protobuf.NullValue";
}
