import type { JsonObject } from "@bufbuild/protobuf";
import { type Timestamp, timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { Form } from "./form.ts";

/** A Struct field of a message as it is printed: protobuf-es holds it as plain JSON. */
export function structOf(metadata: { readonly [key: string]: unknown } | null): JsonObject | undefined {
  return metadata === null ? undefined : (metadata as JsonObject);
}

export const timestampOf = timestampFromDate;

/** The moment of a timestamp that a caller sent; undefined where it sent none. */
export function momentOf(form: Form, field: string, timestamp: Timestamp | undefined): Date | undefined {
  if (timestamp === undefined) return undefined;
  const date = timestampDate(timestamp);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 || date.getUTCFullYear() < 1) {
    form.refuse(field, "is not a time between the years 1 and 9999");
    return undefined;
  }
  return date;
}
