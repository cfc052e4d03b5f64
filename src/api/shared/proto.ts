import type { JsonObject } from "@bufbuild/protobuf";
import { type Timestamp, timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { Form } from "./form.ts";

/** A Struct field of a message as it is printed: protobuf-es holds it as plain JSON. */
export function structOf(metadata: { readonly [key: string]: unknown } | null): JsonObject | undefined {
  return metadata === null ? undefined : (metadata as JsonObject);
}

export const timestampOf = timestampFromDate;

/**
 * The moment of a timestamp that a caller sent; undefined where it sent none. What is finer than the ledger's
 * milliseconds is rounded `up` for the start of an inclusive range and `down` for its end, so that the range stays exact.
 */
export function momentOf(
  form: Form,
  field: string,
  { timestamp, rounded }: { timestamp: Timestamp | undefined; rounded: "up" | "down" },
): Date | undefined {
  if (timestamp === undefined) return undefined;
  const round = rounded === "up" ? Math.ceil : Math.floor;
  const date = new Date(Number(timestamp.seconds) * 1_000 + round(timestamp.nanos / 1_000_000));
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 || date.getUTCFullYear() < 1) {
    form.refuse(field, "is not a time between the years 1 and 9999");
    return undefined;
  }
  return date;
}
