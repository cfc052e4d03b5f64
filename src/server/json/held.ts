import type { DescField } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";

/** What protobuf-es holds by local names: the fields of a message, or the values of a map. */
export type Held = Record<string, unknown>;

/** Whether protobuf-es holds what a wrapper type wraps in the place of the wrapper. */
export function isUnwrapped({ fieldKind, oneof, message }: DescField): boolean {
  return fieldKind === "message" && oneof === undefined && isWrapperDesc(message);
}
