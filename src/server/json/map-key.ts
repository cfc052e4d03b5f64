import { ScalarType } from "@bufbuild/protobuf";
import { parseInteger } from "./integer.ts";

/** The key of a map entry as protobuf-es holds it, from the name it has in JSON; undefined where that does not fit its type. */
export function parseMapKey(type: ScalarType, name: string): string | undefined {
  if (type === ScalarType.STRING) return name.isWellFormed() ? name : undefined;
  if (type === ScalarType.BOOL) return name === "true" || name === "false" ? name : undefined;
  return parseInteger(type, name)?.toString();
}
