import type { ExactJson } from "./exact.ts";
import { ExactNumber } from "./exact.ts";

const valueCharactersMax = 40;

/** A value as an error shows it. */
export function shorten(value: ExactJson): string {
  if (value instanceof ExactNumber) return ellipsis(value.source);
  if (Array.isArray(value)) return "an array";
  if (value !== null && typeof value === "object") return "an object";
  return typeof value === "string" ? JSON.stringify(ellipsis(value)) : String(value);
}

function ellipsis(text: string): string {
  return text.length > valueCharactersMax ? `${text.slice(0, valueCharactersMax)}…` : text;
}
