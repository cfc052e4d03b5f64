import type { Timestamp } from "@bufbuild/protobuf/wkt";

const secondsMin = BigInt(Date.parse("0001-01-01T00:00:00Z") / 1000);
const secondsMax = BigInt(Date.parse("9999-12-31T23:59:59Z") / 1000);

/** Nanoseconds in a unit, and the places of a second in it. */
const millis = [1e6, 3] as const;
const micros = [1e3, 6] as const;
const single = [1, 9] as const;

/** A time as protobuf's JSON writes it, with 0, 3, 6 or 9 places; undefined where it has none, such as of the year 10000. */
export function timestampText({ seconds, nanos }: Timestamp): string | undefined {
  if (seconds < secondsMin || seconds > secondsMax || nanos < 0 || nanos >= 1e9) return undefined;
  const toSeconds = new Date(Number(seconds) * 1000).toISOString().slice(0, -".000Z".length);
  if (nanos === 0) return `${toSeconds}Z`;
  const [unit, places] = nanos % 1e6 === 0 ? millis : nanos % 1e3 === 0 ? micros : single;
  return `${toSeconds}.${String(nanos / unit).padStart(places, "0")}Z`;
}
