import type { DescMessage } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { isLosslessNumber } from "lossless-json";
import type { Dialect } from "./gateway/dialect.ts";
import { gatewayError } from "./gateway/errors.ts";
import { isDouble, notDouble } from "./gateway/json/double.ts";
import { type ExactJson, parseJson } from "./gateway/json/parse.ts";
import { readMessage } from "./gateway/json/read.ts";
import { shorten } from "./gateway/json/shorten.ts";
import { Violations } from "./gateway/violations.ts";

/**
 * What decodes the JSON of a message for Connect. JSON.parse, which comes after it, would round 9007199254740993 to
 * an amount that nobody asked for; and what the REST gateway refuses, such as deep nesting, is refused here too. Where the
 * service's dialect refuses unknown fields, so does this, and unknown names of enum values, which Connect passes over.
 */
export function exactJsonDecoder(message: DescMessage, unknownFields: Dialect["unknownFields"]) {
  return {
    /** @throws ConnectError MALFORMED_BODY, MALFORMED_JSON, or INVALID_FIELDS with whatever would be rounded or is unknown. */
    decode(bytes: Uint8Array): string {
      const text = decodeUtf8(bytes);
      const json = parseJson(text);
      const violations = new Violations();
      checkNumbers(json, "", violations);
      violations.throwIfAny();
      if (unknownFields === "refused") {
        readMessage(reflect(message), json, "", { unknownFields, violations });
        violations.throwIfAny();
      }
      return text;
    },
  };
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw gatewayError("MALFORMED_BODY", "the message is not valid UTF-8");
  }
}

function checkNumbers(json: ExactJson, path: string, violations: Violations): void {
  if (isLosslessNumber(json)) {
    if (!isDouble(json.value)) violations.add(path, `is ${shorten(json)}, ${notDouble}`);
  } else if (Array.isArray(json)) {
    json.forEach((element: ExactJson, index) => {
      checkNumbers(element, `${path}[${index}]`, violations);
    });
  } else if (json !== null && typeof json === "object") {
    for (const [name, value] of Object.entries(json)) {
      checkNumbers(value, path === "" ? name : `${path}.${name}`, violations);
    }
  }
}
