import type { DescField } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { isDecimal } from "./decimal.ts";

const enumNamesMax = 20;

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
  if (field.enum) return oneOf(field.enum.values.map((value) => value.name));
  if (field.message && isWrapperDesc(field.message)) return scalarExpectation[field.message.fields[0].scalar];
  return wellKnownExpectation[field.message?.typeName ?? ""] ?? "an object";
}

function oneOf(names: readonly string[]): string {
  const shown = names.slice(0, enumNamesMax).join(", ");
  return `one of ${shown}${names.length > enumNamesMax ? ", …" : ""}`;
}
