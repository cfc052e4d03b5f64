import type { DescField } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { decimal } from "../../../gen/tallystick/options/v1/options_pb.ts";
import { knownOption } from "../../bounds/known-option.ts";
import { numberParts } from "./number.ts";

/** More than any amount has. */
const shiftMax = 64;
const placesMin = 4;

const decimalFields = new WeakMap<DescField, boolean>();

/** Whether a field is a string that holds an exact decimal, by its option. */
export function isDecimal(field: DescField): boolean {
  const known = decimalFields.get(field);
  if (known !== undefined) return known;
  const isIt = field.scalar === ScalarType.STRING && knownOption(field, decimal);
  decimalFields.set(field, isIt);
  return isIt;
}

/**
 * The value of a JSON number in plain digits, exactly: `1.50e3` is `1500`.
 *
 * @returns undefined for what is no number or would be longer than any amount.
 */
export function decimalText(source: string): string | undefined {
  const parts = numberParts(source);
  if (parts === undefined || Math.abs(parts.exponent) > shiftMax) return undefined;
  const { sign, whole, fraction, exponent: shift } = parts;
  if (shift === 0) return source.replace(/[eE].*/, "");
  const digits = `${"0".repeat(Math.max(0, 1 - whole.length - shift))}${whole}${fraction}`;
  const point = digits.length - fraction.length + shift;
  const padded = digits.padEnd(point, "0");
  const places = padded.slice(point).replace(/0+$/, "");
  const plain = padded.slice(0, point).replace(/^0+(?=\d)/, "");
  return `${sign}${plain}${places === "" ? "" : `.${places}`}`;
}

/** A decimal as Apigee Edge prints it: four places after the point, or all that it has. */
export function paddedDecimal(text: string): string {
  const [whole = "", places = ""] = text.split(".");
  return `${whole}.${places.padEnd(placesMin, "0")}`;
}
