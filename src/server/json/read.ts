import type { DescField, DescMessage } from "@bufbuild/protobuf";
import type { ReflectMessage } from "@bufbuild/protobuf/reflect";
import { reflect } from "@bufbuild/protobuf/reflect";
import { suggestion } from "../../bounds/suggestion.ts";
import type { Violations } from "../violations.ts";
import type { ExactJson } from "./exact.ts";
import { ExactNumber } from "./exact.ts";
import { findField, hasFields, oneofRival } from "./fields.ts";
import { mergeLeaf } from "./leaf.ts";
import { parseMapKey } from "./map-key.ts";

/** How strict reading is, and where it puts what does not fit. */
export interface ReadOptions {
  readonly unknownFields: "refused" | "ignored";
  readonly violations: Violations;
}

type MessageField = DescField & { message: DescMessage };

/**
 * Reads a JSON object into a message, by proto and JSON names. `path` is where the message stands, in the caller's words; empty
 * at the top.
 */
export function readMessage(
  target: ReflectMessage,
  json: ExactJson,
  path: string,
  options: ReadOptions,
): void {
  if (!isObject(json)) {
    options.violations.add(path, "expected an object");
    return;
  }
  const seen = new Set<DescField>();
  for (const [name, value] of Object.entries(json)) {
    const field = findField(target.desc, name);
    const fieldPath = join(path, name);
    if (!field) {
      if (options.unknownFields === "refused") {
        const meant = suggestion(
          name,
          target.desc.fields.map(({ jsonName }) => jsonName),
        );
        options.violations.add(fieldPath, `there is no such field${meant}`);
      }
    } else if (seen.has(field)) {
      options.violations.add(fieldPath, `is there as "${field.name}" and as "${field.jsonName}"`);
    } else {
      seen.add(field);
      readField(target, field, value, fieldPath, options);
    }
  }
}

/** Reads the JSON value of one field. null leaves the field unset, unless null is a value of its type. */
export function readField(
  target: ReflectMessage,
  field: DescField,
  json: ExactJson,
  path: string,
  options: ReadOptions,
): void {
  if (json === null && !(isSingular(field) && takesNull(field))) return;
  const rival = oneofRival(target, field);
  if (rival) {
    options.violations.add(path, `only one of ${rival.name} and ${field.name} may be set`);
    return;
  }
  if (field.fieldKind === "list") readList(target, field, json, path, options);
  else if (field.fieldKind === "map") readMap(target, field, json, path, options);
  else if (field.fieldKind === "message" && hasFields(field))
    target.set(field, readNew(field, json, path, options));
  else addIfAny(options.violations, path, mergeLeaf(target, field, json));
}

function readList(
  target: ReflectMessage,
  field: DescField & { fieldKind: "list" },
  json: ExactJson,
  path: string,
  options: ReadOptions,
): void {
  if (!Array.isArray(json)) {
    options.violations.add(path, "expected an array");
    return;
  }
  const list = target.get(field);
  json.forEach((element: ExactJson, index) => {
    const elementPath = `${path}[${index}]`;
    if (hasFields(field)) list.add(readNew(field, element, elementPath, options));
    else addIfAny(options.violations, elementPath, mergeLeaf(target, field, element));
  });
}

function readMap(
  target: ReflectMessage,
  field: DescField & { fieldKind: "map" },
  json: ExactJson,
  path: string,
  options: ReadOptions,
): void {
  if (!isObject(json)) {
    options.violations.add(path, "expected an object");
    return;
  }
  const map = target.get(field);
  for (const [name, value] of Object.entries(json)) {
    const valuePath = `${path}[${JSON.stringify(name)}]`;
    const key = parseMapKey(field.mapKey, name);
    if (key === undefined) options.violations.add(valuePath, "the key does not fit its type");
    else if (map.has(key)) options.violations.add(valuePath, "the key is there twice");
    else if (hasFields(field)) map.set(key, readNew(field, value, valuePath, options));
    else addIfAny(options.violations, valuePath, mergeLeaf(target, field, value, String(key)));
  }
}

function readNew(field: MessageField, json: ExactJson, path: string, options: ReadOptions): ReflectMessage {
  const message = reflect(field.message);
  readMessage(message, json, path, options);
  return message;
}

function isObject(json: ExactJson): json is { readonly [name: string]: ExactJson } {
  return json !== null && typeof json === "object" && !Array.isArray(json) && !(json instanceof ExactNumber);
}

function isSingular(field: DescField): boolean {
  return field.fieldKind !== "list" && field.fieldKind !== "map";
}

function takesNull(field: DescField): boolean {
  const type = field.message?.typeName ?? field.enum?.typeName;
  return type === "google.protobuf.Value" || type === "google.protobuf.NullValue";
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function addIfAny(violations: Violations, path: string, problem: string | undefined): void {
  if (problem !== undefined) violations.add(path, problem);
}
