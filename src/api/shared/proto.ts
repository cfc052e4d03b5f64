import type { JsonObject, Message } from "@bufbuild/protobuf";
import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";
import type { Form } from "./form.ts";

/**
 * Every field of a proto3 message, for messages that are written out as objects because they are in many answers. Such
 * an object is what protobuf-es' `create` makes, which takes some thirty times as long; its type keeps any field from
 * being forgotten.
 */
export type Whole<M extends Message> = Required<Omit<M, "$unknown">>;

/** A Struct field of a message as it is printed: protobuf-es holds it as plain JSON. */
export function structOf(metadata: { readonly [key: string]: unknown } | null): JsonObject | undefined {
  return metadata === null ? undefined : (metadata as JsonObject);
}

export function timestampOf(date: Date): Timestamp {
  const ms = date.getTime();
  const seconds = Math.floor(ms / 1_000);
  return {
    $typeName: "google.protobuf.Timestamp",
    seconds: BigInt(seconds),
    nanos: (ms - seconds * 1_000) * 1_000_000,
  } satisfies Whole<Timestamp>;
}

/** A length of time in milliseconds as a message. */
export function durationOf(ms: number): Duration {
  const seconds = Math.floor(ms / 1_000);
  return {
    $typeName: "google.protobuf.Duration",
    seconds: BigInt(seconds),
    nanos: (ms - seconds * 1_000) * 1_000_000,
  } satisfies Whole<Duration>;
}

const secondsMin = Date.parse("0001-01-01T00:00:00Z") / 1_000;
const secondsMax = Date.parse("9999-12-31T23:59:59Z") / 1_000;
/** The latest moment that a message can say, in milliseconds. */
export const momentMsMax = secondsMax * 1_000 + 999;

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
  const seconds = Number(timestamp.seconds);
  const { nanos } = timestamp;
  if (seconds < secondsMin || seconds > secondsMax || nanos < 0 || nanos >= 1_000_000_000) {
    form.refuse(field, "is not a time between the years 1 and 9999");
    return undefined;
  }
  return new Date(Math.min(seconds * 1_000 + round(nanos / 1_000_000), momentMsMax));
}
