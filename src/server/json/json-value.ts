import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

/** Whether text of JSON says the value, and no other one. */
export function isJson(value: unknown): value is JsonValue {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      return value === null || (Array.isArray(value) ? isEachJson(value) : isJsonObject(value));
    default:
      return false;
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return isPlainObject(value) && isEachJson(Object.values(value));
}

/** Not of a class: that would say itself in text of its own, or not at all. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Unlike `every` it sees the holes of an array. */
function isEachJson(values: readonly unknown[]): boolean {
  for (const value of values) if (!isJson(value)) return false;
  return true;
}
