import { isLosslessNumber } from "lossless-json";
import type { ExactJson } from "./parse.ts";

const valueCharactersMax = 40;

/** A value as an error shows it. */
export function shorten(value: ExactJson): string {
  if (isLosslessNumber(value)) return ellipsis(value.value);
  if (Array.isArray(value)) return "an array";
  if (value !== null && typeof value === "object") return "an object";
  return typeof value === "string" ? JSON.stringify(ellipsis(value)) : String(value);
}

function ellipsis(text: string): string {
  return text.length > valueCharactersMax ? `${text.slice(0, valueCharactersMax)}…` : text;
}
