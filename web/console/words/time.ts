import type { Timestamp } from "@bufbuild/protobuf/wkt";

/** To the millisecond, as far as a Date goes. */
export function dateOf(timestamp: Timestamp | undefined): Date | undefined {
  if (timestamp === undefined) return undefined;
  return new Date(Number(timestamp.seconds) * 1_000 + Math.floor(timestamp.nanos / 1_000_000));
}

/** What a Timestamp can say: a Date goes further. */
const [msMin = 0, msMax = 0] = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"].map(Date.parse);

export function timestampOf(date: Date): { seconds: bigint; nanos: number } {
  const ms = Math.min(Math.max(date.getTime(), msMin), msMax);
  const seconds = Math.floor(ms / 1_000);
  return { seconds: BigInt(seconds), nanos: (ms - seconds * 1_000) * 1_000_000 };
}

const two = (part: number) => String(part).padStart(2, "0");

/** `2026-11-26`, where the reader is. */
export function dayText(date: Date): string {
  return [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
}

/** `14:03:07`, where the reader is. */
export function clockText(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
}

export function timeText(date: Date): string {
  return `${dayText(date)} ${clockText(date)}`;
}

/** `Europe/Berlin`: where the reader is, as the browser has it. */
export function timeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** As an input of the type datetime-local has it, with seconds. */
export function inputText(date: Date): string {
  return `${dayText(date)}T${clockText(date)}`;
}

/** What such an input holds, where the reader is; undefined where it holds none. */
export function dateIn(text: string): Date | undefined {
  const date = new Date(text);
  return text === "" || Number.isNaN(date.getTime()) ? undefined : date;
}

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

/** `2 hours 5 minutes`: the two largest units, so that it is read at a glance. */
export function durationText(ms: number): string {
  let left = Math.max(ms, 0);
  const parts: string[] = [];
  for (const [name, size] of units) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count} ${name}${count === 1 ? "" : "s"}`);
  }
  return parts.slice(0, 2).join(" ") || "less than a second";
}

/** `in 5 minutes`, `3 days ago`. */
export function relativeText(date: Date, now: Date): string {
  const ms = date.getTime() - now.getTime();
  if (Math.abs(ms) < 1_000) return "now";
  return ms > 0 ? `in ${durationText(ms)}` : `${durationText(-ms)} ago`;
}

/** When a UUID of version 7 was made, to the millisecond; undefined for any other text. */
export function momentOfId(id: string): Date | undefined {
  const [, high, low] = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i.exec(id) ?? [];
  return high === undefined ? undefined : new Date(Number.parseInt(`${high}${low}`, 16));
}
