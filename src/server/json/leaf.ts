import type { DescField } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { isDecimal } from "./decimal.ts";
import { type ExactJson, ExactNumber } from "./exact.ts";
import { expectation, meantName } from "./expectation.ts";
import { leafReader } from "./leaf-reader.ts";
import { Misfit } from "./misfit.ts";
import { shorten } from "./shorten.ts";
import { put, type Target } from "./target.ts";

/**
 * Puts one value without fields of its own (a scalar, an enum, a well-known type) into a message: it becomes the field,
 * is appended to a list, or is set at `mapKey` of a map.
 *
 * @returns what is wrong with the value, for the caller to read; undefined where it fits.
 */
export function mergeLeaf(
  target: Target,
  field: DescField,
  value: ExactJson,
  mapKey = "",
): string | undefined {
  try {
    put(target, field, leafReader(field)(value), mapKey);
    return undefined;
  } catch (error) {
    return error instanceof Misfit && error.message !== "" ? error.message : problemOf(field, value);
  }
}

function problemOf(field: DescField, value: ExactJson): string {
  if (value instanceof ExactNumber && isDecimal(field))
    return "has more digits than fit: 19 before the point, 9 after it, none of them rounded";
  if (value instanceof ExactNumber && field.scalar === ScalarType.STRING)
    return `expected a string, so write it in quotes: "${shorten(value)}"`;
  const meant = field.enum && typeof value === "string" ? meantName(field.enum, value) : "";
  return `expected ${expectation(field)}, got ${shorten(value)}${meant}`;
}
