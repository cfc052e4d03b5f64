import { ScalarType } from "@bufbuild/protobuf";
import { taggedScalar } from "./scalar.ts";
import type { Wire } from "./wire.ts";
import { delimited } from "./write.ts";

// The fields of google/protobuf/struct.proto.
const structEntry = delimited(1, writeEntry);
const entryKey = taggedScalar(1, ScalarType.STRING);
const entryValue = delimited(2, writeJson);
const nullValue = taggedScalar(1, ScalarType.INT32);
const numberValue = taggedScalar(2, ScalarType.DOUBLE);
const stringValue = taggedScalar(3, ScalarType.STRING);
const boolValue = taggedScalar(4, ScalarType.BOOL);
const structValue = delimited(5, writeJsonObject);
const listValue = delimited(6, writeJsonArray);
const listElement = delimited(1, writeJson);

/** Writes the content of a google.protobuf.Struct, which protobuf-es holds as plain JSON where it is a field. */
export function writeJsonObject(wire: Wire, json: unknown): void {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw notJson("object");
  for (const entry of Object.entries(json)) structEntry(wire, entry);
}

function writeEntry(wire: Wire, [key, json]: readonly [string, unknown]): void {
  // To protobuf-es it is a prototype.
  if (key === "__proto__") throw notJson("key");
  entryKey(wire, key);
  entryValue(wire, json);
}

function writeJsonArray(wire: Wire, json: readonly unknown[]): void {
  for (const element of json) listElement(wire, element);
}

/** Writes the content of a google.protobuf.Value. */
function writeJson(wire: Wire, json: unknown): void {
  if (typeof json === "string") stringValue(wire, json);
  else if (typeof json === "number") numberValue(wire, json);
  else if (typeof json === "boolean") boolValue(wire, json);
  else if (json === null) nullValue(wire, 0);
  else if (Array.isArray(json)) listValue(wire, json);
  else if (typeof json === "object") structValue(wire, json);
  else throw notJson("value");
}

function notJson(what: "object" | "key" | "value"): TypeError {
  return new TypeError(`this is not an ordinary JSON ${what}`);
}
