import { isDeepStrictEqual } from "node:util";
import { Amount } from "../../domain/amount.ts";
import type { Shown } from "../schema.ts";

/** In the place of what must not be kept: somebody's personal data, which may have to be erased. */
export const notKept = "(not kept)";

/** What changed between two states of something: of each, the fields in which they differ. */
export function difference(before: Shown, after: Shown): { readonly before: Shown; readonly after: Shown } {
  const [was, is] = [shown(before), shown(after)];
  const names = Object.keys(is).filter((name) => !isDeepStrictEqual(was[name], is[name]));
  const picked = (from: Shown) => Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
  return { before: picked(was), after: picked(is) };
}

/** As JSON: amounts and times as texts. */
export function shown(of: Shown): Shown {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, jsonOf(value)]));
}

function jsonOf(value: unknown): unknown {
  if (value instanceof Amount) return value.toString();
  return value instanceof Date ? value.toISOString() : value;
}
