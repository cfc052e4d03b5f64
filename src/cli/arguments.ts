import { InvalidArgumentError } from "commander";

const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;
const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A moment; a date is its first one, in UTC. */
export function timeArgument(text: string): Date {
  const date = new Date(text);
  if (!time.test(text) || Number.isNaN(date.getTime()))
    throw new InvalidArgumentError("It must be a time like 2026-12-31T23:59:59Z, or a date like 2026-12-31.");
  return date;
}

/** Rows that one command lists at most. */
export const countMax = 10_000;

/** How many rows. */
export function countArgument(text: string): number {
  const count = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > countMax)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${countMax}.`);
  return count;
}

/** Milliseconds. */
export function durationArgument(text: string): number {
  const [, count, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const unitMs = units[unit];
  if (count === undefined || unitMs === undefined)
    throw new InvalidArgumentError(
      "It must be a whole number with a unit, such as 90s, 30m, 24h or 7d, or 0s.",
    );
  return Number(count) * unitMs;
}
