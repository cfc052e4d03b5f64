import type { DescField } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { type ExactJson, ExactNumber } from "../json/exact.ts";
import { integerText } from "../json/integer.ts";
import { mergeLeaf } from "../json/leaf.ts";
import type { Target } from "../json/target.ts";

/**
 * Sets a field to, or appends to a list, a value that stands as text in a URL: as in JSON, but without quotes, and an
 * enum may be given by number.
 *
 * @returns what is wrong with the text; undefined where it fits.
 */
export function mergeText(target: Target, field: DescField, text: string): string | undefined {
  return mergeLeaf(target, field, jsonOf(field, text));
}

function jsonOf(field: DescField, text: string): ExactJson {
  const wrapped = field.message && isWrapperDesc(field.message) ? field.message.fields[0] : undefined;
  const scalar = field.scalar ?? wrapped?.scalar;
  if (scalar === ScalarType.BOOL && (text === "true" || text === "false")) return text === "true";
  if (field.enum && integerText(text) !== undefined) return new ExactNumber(text);
  return text;
}
