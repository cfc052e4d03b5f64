import { create, createRegistry, fromJsonString, type Message, toBinary, toJson } from "@bufbuild/protobuf";
import fc from "fast-check";
import { kindsDesc } from "../grpc/encoder/kinds.fixture.ts";
import { messagesOf } from "../grpc/encoder/messages.fixture.ts";
import { Violations } from "../violations.ts";
import { notDouble } from "./double.ts";
import { parseJson } from "./parse.ts";
import { readMessage } from "./read.ts";
import { writeMessage } from "./write.ts";

const registry = createRegistry();

/** Messages with one member each, so that one which has no JSON, such as a far time, does not hide the others. */
const messages = messagesOf(kindsDesc, 1).map((message) =>
  Object.entries(message)
    .filter(([name]) => !name.startsWith("$"))
    .map(([name, value]) => create(kindsDesc, { [name]: value })),
);

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
        const json = jsonOf(() =>
          writeMessage(kindsDesc, message, {
            ...{ registry, names: "proto", enums },
            ...{ unsetFields: "omitted", decimals: "text", times: "text" },
          }),
        );
        const wanted = jsonOf(() => toJson(kindsDesc, message, { useProtoFieldName: true, enumAsInteger }));
        expect(json && JSON.parse(json)).toEqual(wanted && JSON.parse(wanted));
      }
    });
    fc.assert(property, { numRuns: 30 });
  });

  it("is read as protobuf-es reads it", () => {
    const property = fc.property(messages, (each) => {
      for (const message of each) {
        const json = jsonOf(() => toJson(kindsDesc, message, { useProtoFieldName: true }));
        if (json === undefined) continue;
        const outcome = outcomeOf(() => read(json));
        const wanted = outcomeOf(() => fromJsonString(kindsDesc, json));
        if ("hex" in outcome) expect(outcome).toEqual(wanted);
        // protobuf-es rounds what is kept as it came.
        else if (!outcome.refusal.includes(notDouble)) expect(wanted).toHaveProperty("refusal");
      }
    });
    fc.assert(property, { numRuns: 50 });
  });
});
