import type { Timestamp } from "@bufbuild/protobuf/wkt";

const secondsMin = BigInt(Date.parse("0001-01-01T00:00:00Z") / 1000);
const secondsMax = BigInt(Date.parse("9999-12-31T23:59:59Z") / 1000);

/** A time as protobuf's JSON writes it, with 0, 3, 6 or 9 places; undefined where it has none, such as of the year 10000. */
export function timestampText({ seconds, nanos }: Timestamp): string | undefined {
  if (seconds < secondsMin || seconds > secondsMax || nanos < 0 || nanos >= 1e9) return undefined;
  const toSeconds = new Date(Number(seconds) * 1000).toISOString().slice(0, -".000Z".length);
  if (nanos === 0) return `${toSeconds}Z`;
  const places = String(nanos)
    .padStart(9, "0")
    .replace(/(?:000){1,2}$/, "");
  return `${toSeconds}.${places}Z`;
}
