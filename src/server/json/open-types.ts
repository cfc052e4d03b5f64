import type { DescMessage } from "@bufbuild/protobuf";

const typeNames: ReadonlySet<string> = new Set([
  "google.protobuf.Struct",
  "google.protobuf.Value",
  "google.protobuf.ListValue",
]);

/** Whether values of a type are whatever JSON the caller likes. */
export function isOpenJson(desc: Pick<DescMessage, "typeName"> | undefined): boolean {
  return desc !== undefined && typeNames.has(desc.typeName);
}
