import { isLosslessNumber } from "lossless-json";
import { gatewayError } from "./gateway/errors.ts";
import { isDouble, notDouble } from "./gateway/json/double.ts";
import { type ExactJson, parseJson } from "./gateway/json/parse.ts";
import { shorten } from "./gateway/json/shorten.ts";
import { Violations } from "./gateway/violations.ts";

/**
 * Decodes the JSON of an RPC for Connect. JSON.parse, which comes after it, would round 9007199254740993 to
 * an amount that nobody asked for; and what the REST gateway refuses, such as deep nesting, is refused here too.
 *
 * @throws ConnectError MALFORMED_BODY, MALFORMED_JSON, or INVALID_FIELDS with the numbers that would be rounded.
 */
export const exactJsonDecoder = {
  decode(bytes: Uint8Array): string {
    const text = decodeUtf8(bytes);
    const violations = new Violations();
    checkNumbers(parseJson(text), "", violations);
    violations.throwIfAny();
    return text;
  },
};

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
