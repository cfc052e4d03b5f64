import { isDeepStrictEqual } from "node:util";
import {
  create,
  createRegistry,
  type DescField,
  fromJsonString,
  type Message,
  ScalarType,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import fc from "fast-check";
import { kindsDesc } from "../grpc/encoder/kinds.fixture.ts";
import { messagesOf } from "../grpc/encoder/messages.fixture.ts";
import { Violations } from "../requests/violations.ts";
import { notDouble } from "./double.ts";
import { hasFields } from "./fields.ts";
import { parseJson } from "./parse.ts";
import { readMessage } from "./read.ts";
import { writeMessage } from "./write.ts";
import type { WriteOptions } from "./write-options.ts";

const registry = createRegistry();

/** Messages with one member each, so that one which has no JSON, such as a far time, does not hide the others. */
const messages = messagesOf(kindsDesc, 1).map((message) =>
  Object.entries(message)
    .filter(([name]) => !name.startsWith("$"))
    .map(([name, value]) => create(kindsDesc, { [name]: value })),
);

/** Fields whose values have no fields of their own. */
const leaves = kindsDesc.fields.filter(
  (field) => !hasFields(field) && !(field.fieldKind === "map" && field.mapKey !== ScalarType.STRING),
);

/** What a message has for a field that holds a value. */
function fieldWith({ fieldKind, localName, oneof }: DescField, value: unknown): object {
  if (fieldKind === "list") return { [localName]: [value] };
  if (fieldKind === "map") return { [localName]: { key: value } };
  return oneof === undefined ? { [localName]: value } : { [oneof.localName]: { case: localName, value } };
}

const native: WriteOptions = {
  ...{ registry, names: "json", enums: "names" },
  ...{ unsetFields: "omitted", decimals: "text", times: "text" },
};

/** The JSON of a message; undefined where it has none. */
function jsonOf(write: () => unknown): string | undefined {
  try {
    return JSON.stringify(write());
  } catch {
    return undefined;
  }
}

/** What is read of JSON, or why it is refused. */
function outcomeOf(read: () => Message): { hex: string } | { refusal: string } {
  try {
    return { hex: Buffer.from(toBinary(kindsDesc, read())).toString("hex") };
  } catch (error) {
    return { refusal: String(error) };
  }
}

function expectSame(actual: unknown, wanted: unknown): void {
  // A matcher is slow, and only needed to explain what differs.
  if (!isDeepStrictEqual(actual, wanted)) expect(actual).toEqual(wanted);
}

function read(text: string): Message {
  const message = create(kindsDesc);
  const violations = new Violations();
  readMessage({ desc: kindsDesc, message }, parseJson(text), { unknownFields: "refused", violations });
  violations.throwIfAny();
  return message;
}

describe("every kind of field", () => {
  it.each(["names", "numbers"] as const)("is written as protobuf-es writes it, with enums as %s", (enums) => {
    const enumAsInteger = enums === "numbers";
    const property = fc.property(messages, (each) => {
      for (const message of each) {
        const json = jsonOf(() => writeMessage(kindsDesc, message, { ...native, names: "proto", enums }));
        const wanted = jsonOf(() => toJson(kindsDesc, message, { useProtoFieldName: true, enumAsInteger }));
        expectSame(json && JSON.parse(json), wanted && JSON.parse(wanted));
      }
    });
    fc.assert(property, { numRuns: 5 });
  });

  it.each<[string, unknown]>([
    ["no number", Number.NaN],
    ["an infinite number", Number.POSITIVE_INFINITY],
    ["a fraction", 1.5],
    ["a big integer", 1n],
    ["text", "x"],
    ["a truth", true],
    ["null", null],
    ["undefined", undefined],
    ["a symbol", Symbol("x")],
    ["a function", () => 1],
    ["bytes", new Uint8Array(1)],
  ])("is not written where it holds %s and protobuf-es refuses that", (_what, stray) => {
    const refused = leaves.flatMap((field) =>
      [stray, { a: stray }, [stray], { a: [1, { b: stray }] }].map((value) => ({ field, value })),
    );
    const taken = refused.filter(({ field, value }) => {
      const message = Object.assign(create(kindsDesc), fieldWith(field, value));
      const isRefused = jsonOf(() => toJson(kindsDesc, message)) === undefined;
      return isRefused && jsonOf(() => writeMessage(kindsDesc, message, native)) !== undefined;
    });
    expect(taken.map(({ field, value }) => [field.name, value])).toEqual([]);
  });

  it("is read as protobuf-es reads it", () => {
    const property = fc.property(messages, (each) => {
      for (const message of each) {
        const json = jsonOf(() => toJson(kindsDesc, message, { useProtoFieldName: true }));
        if (json === undefined) continue;
        const outcome = outcomeOf(() => read(json));
        const wanted = outcomeOf(() => fromJsonString(kindsDesc, json));
        if ("hex" in outcome) expectSame(outcome, wanted);
        // protobuf-es rounds what is kept as it came.
        else if (!outcome.refusal.includes(notDouble)) expect(wanted).toHaveProperty("refusal");
      }
    });
    fc.assert(property, { numRuns: 6 });
  });
});
