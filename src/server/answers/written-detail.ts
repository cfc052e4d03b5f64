import { create, type JsonObject, type JsonWriteOptions, toBinary, toJson } from "@bufbuild/protobuf";
import { AnySchema } from "@bufbuild/protobuf/wkt";
import type { ConnectError } from "@connectrpc/connect";

type Detail = ConnectError["details"][number];

/** A detail of an error in JSON, with its `@type`. One of a type that the registry does not know cannot be written. */
export function writtenDetail(detail: Detail, options: Partial<JsonWriteOptions>): JsonObject | undefined {
  const [typeName, value] =
    "desc" in detail
      ? [detail.desc.typeName, toBinary(detail.desc, create(detail.desc, detail.value))]
      : [detail.type, detail.value];
  const typeUrl = `type.googleapis.com/${typeName}`;
  try {
    const written = toJson(AnySchema, create(AnySchema, { typeUrl, value }), options) as JsonObject;
    return { "@type": typeUrl, ...written };
  } catch {
    return undefined;
  }
}
