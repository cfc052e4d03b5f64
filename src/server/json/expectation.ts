import type { DescEnum, DescField } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { taken } from "../../../gen/tallystick/options/v1/options_pb.ts";
import { knownOption } from "../../bounds/known-option.ts";
import { nearestOf } from "../../bounds/suggestion.ts";
import { isDecimal } from "./decimal.ts";

const scalarExpectation: Readonly<Record<ScalarType, string>> = {
  [ScalarType.DOUBLE]: "a number",
  [ScalarType.FLOAT]: "a number of single precision",
  [ScalarType.INT64]: "a whole number of 64 bits",
  [ScalarType.SINT64]: "a whole number of 64 bits",
  [ScalarType.SFIXED64]: "a whole number of 64 bits",
  [ScalarType.UINT64]: "a whole number of 64 bits, 0 or more",
  [ScalarType.FIXED64]: "a whole number of 64 bits, 0 or more",
  [ScalarType.INT32]: "a whole number of 32 bits",
  [ScalarType.SINT32]: "a whole number of 32 bits",
  [ScalarType.SFIXED32]: "a whole number of 32 bits",
  [ScalarType.UINT32]: "a whole number of 32 bits, 0 or more",
  [ScalarType.FIXED32]: "a whole number of 32 bits, 0 or more",
  [ScalarType.BOOL]: "true or false",
  [ScalarType.STRING]: "a string of valid Unicode",
  [ScalarType.BYTES]: "a string in base64",
};

const wellKnownExpectation: Readonly<Record<string, string>> = {
  "google.protobuf.Timestamp": 'a time such as "2024-07-13T09:54:48.253Z"',
  "google.protobuf.Duration": 'a duration in seconds such as "1.5s"',
  "google.protobuf.FieldMask": 'field names separated by commas such as "displayName,createTime"',
  "google.protobuf.ListValue": "an array",
  "google.protobuf.Value": "a JSON value",
  "google.protobuf.Any": "nothing: google.protobuf.Any is not supported in a request",
};

/** What a value of a field (an element, for lists and maps) has to be, to complete the sentence "expected …". */
export function expectation(field: DescField): string {
  if (isDecimal(field)) return "a decimal number";
  if (field.scalar !== undefined) return scalarExpectation[field.scalar];
  if (field.enum) return `one of ${namesTaken(field, field.enum).join(", ")}`;
  if (field.message && isWrapperDesc(field.message)) return scalarExpectation[field.message.fields[0].scalar];
  return wellKnownExpectation[field.message?.typeName ?? ""] ?? "an object";
}

/** Which name of a field's enum somebody probably meant, as an end of a sentence; what all names begin with may be left out. */
export function meantName(field: DescField, written: string): string {
  const of = field.enum;
  if (of === undefined) return "";
  const full = new Map(
    namesTaken(field, of).flatMap((name) => [
      [name, name],
      [name.slice(of.sharedPrefix?.length ?? 0), name],
    ]),
  );
  const meant = full.get(nearestOf(written, full.keys()) ?? "");
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}

/** Those that a method takes, without the one that stands for none. */
function namesTaken(field: DescField, { values }: DescEnum): string[] {
  const some = knownOption(field, taken);
  if (some.length > 0) return some;
  return values
    .filter(({ number, name }) => number !== 0 || !name.endsWith("_UNSPECIFIED"))
    .map(({ name }) => name);
}
