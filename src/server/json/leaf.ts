import type { DescField } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { decimalText, isDecimal } from "./decimal.ts";
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
  const read = leafReader(field);
  let held: unknown;
  try {
    held = read(value);
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    return error.message || problemOf(field, value);
  }
  put(target, field, held, mapKey);
  return undefined;
}

function problemOf(field: DescField, value: ExactJson): string {
  if (value instanceof ExactNumber && isDecimal(field))
    return "has more digits than fit: 19 before the point, 9 after it, none of them rounded";
  if (value instanceof ExactNumber && field.scalar === ScalarType.STRING)
    return `expected a string, so write it in quotes: "${plainly(value)}"`;
  const meant = typeof value === "string" ? meantName(field, value) : "";
  return `expected ${expectation(field)}, got ${shorten(value)}${meant}`;
}

/** In plain digits if that is possible: amounts have no exponent. */
function plainly(number: ExactNumber): string {
  const plain = decimalText(number.source);
  return shorten(plain === undefined ? number : new ExactNumber(plain));
}
