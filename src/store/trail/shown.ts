import { isDeepStrictEqual } from "node:util";
import { Amount } from "../../domain/amount.ts";
import type { Shown } from "../schema.ts";

/** In the place of what must not be kept: somebody's personal data, which may have to be erased. */
export const notKept = "(not kept)";

/** Of two states of something the fields in which they differ. */
export interface Difference {
  readonly before: Shown;
  readonly after: Shown;
}

/** What changed between two states of something. What the later one leaves undefined is as it was. */
export function difference(before: Shown, after: Shown): Difference {
  const [was, is] = [shown(before), shown(after)];
  const names = Object.keys(is).filter(
    (name) => is[name] !== undefined && !isDeepStrictEqual(was[name], is[name]),
  );
  const picked = (from: Shown) => Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
  return { before: picked(was), after: picked(is) };
}

/** Whether two states differ in nothing: what was to be set stood there, and is not set again. */
export function isNone({ after }: Difference): boolean {
  return Object.keys(after).length === 0;
}

/** As JSON: amounts and times as texts. */
export function shown(of: Shown): Shown {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, jsonOf(value)]));
}

function jsonOf(value: unknown): unknown {
  if (value instanceof Amount) return value.toString();
  return value instanceof Date ? value.toISOString() : value;
}
