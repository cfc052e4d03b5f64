import type { DescField } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { decimal } from "../../../gen/tallystick/options/v1/options_pb.ts";
import { knownOption } from "../../bounds/known-option.ts";
import { exactNumber } from "./number.ts";

/** More than any amount has. */
const exponentMax = 64;
const exponentSign = /e/i;
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
  const value = exactNumber(source);
  if (value === undefined || Math.abs(value.e) > exponentMax) return undefined;
  return exponentSign.test(source) ? value.toFixed() : source;
}

/** A decimal as Apigee Edge prints it: four places after the point, or all that it has. */
export function paddedDecimal(text: string): string {
  const [whole = "", places = ""] = text.split(".");
  return `${whole}.${places.padEnd(placesMin, "0")}`;
}
