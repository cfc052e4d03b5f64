import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

/** What became of a field. */
export interface FieldChange {
  readonly name: string;
  /** Undefined where there was none. */
  readonly before: string | undefined;
  /** Undefined where there is none any more. */
  readonly after: string | undefined;
}

/** The fields that a record of an act names, as they were and as they became, in the order of their names. */
export function changesOf(before: JsonObject | undefined, after: JsonObject | undefined): FieldChange[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names]
    .sort()
    .map((name) => ({ name, before: textOf(before?.[name]), after: textOf(after?.[name]) }))
    .filter((change) => change.before !== change.after);
}

function textOf(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
