import {
  create,
  type DescMessage,
  type DescMethodUnary,
  fromBinary,
  type Message,
  toBinary,
} from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { file_google_protobuf_struct } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { createMethodSerializationLookup, encodeEnvelope } from "@connectrpc/connect/protocol";
import fc from "fast-check";
import { file_google_rpc_error_details } from "../../../../gen/google/rpc/error_details_pb.ts";
import { file_google_rpc_status } from "../../../../gen/google/rpc/status_pb.ts";
import { file_raystack_frontier_v1beta1_admin } from "../../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import { file_raystack_frontier_v1beta1_frontier } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { file_raystack_frontier_v1beta1_models } from "../../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import { file_tallystick_v1_credential } from "../../../../gen/tallystick/v1/credential_pb.ts";
import { file_tallystick_v1_currency } from "../../../../gen/tallystick/v1/currency_pb.ts";
import { file_tallystick_v1_customer } from "../../../../gen/tallystick/v1/customer_pb.ts";
import {
  BatchCreateTransfersResponseSchema,
  file_tallystick_v1_ledger,
  GetTransferResponseSchema,
  LedgerService,
  ReceiptSchema,
  TransferSchema,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { file_tallystick_v1_organization } from "../../../../gen/tallystick/v1/organization_pb.ts";
import { createEncoder } from "./encoder.ts";
import { groupedDesc, kindsDesc, longsDesc, oldDesc, strictDesc } from "./kinds.fixture.ts";
import { messageWriter } from "./message.ts";
import { messagesOf } from "./messages.fixture.ts";
import { Wire } from "./wire.ts";

const served = [
  file_google_rpc_error_details,
  file_google_rpc_status,
  file_raystack_frontier_v1beta1_admin,
  file_raystack_frontier_v1beta1_frontier,
  file_raystack_frontier_v1beta1_models,
  file_tallystick_v1_credential,
  file_tallystick_v1_currency,
  file_tallystick_v1_customer,
  file_tallystick_v1_ledger,
  file_tallystick_v1_organization,
  file_google_protobuf_struct,
].flatMap((file) => [...nestedTypes(file)].filter((type) => type.kind === "message"));

const messageBytesMax = 64 * 1024 * 1024;

/** Encodes without help. */
function encoded(desc: DescMessage, message: Message): Buffer {
  const serialize = () => {
    throw new Error("the message was given up");
  };
  return Buffer.from(createEncoder(desc, { messageBytesMax, serialize })(message));
}

function expected(desc: DescMessage, message: Message): Buffer {
  return Buffer.from(encodeEnvelope(0, toBinary(desc, message)));
}

function expectSame(actual: Buffer, wanted: Buffer): void {
  // A matcher is slow, and only needed to explain what differs.
  if (!actual.equals(wanted)) expect(actual.toString("latin1")).toBe(wanted.toString("latin1"));
}

describe("an encoder makes what protobuf-es makes", () => {
  it.each(served.map((desc) => [desc.typeName, desc] as const))("of a %s", (_, desc) => {
    expectSame(encoded(desc, create(desc)), expected(desc, create(desc)));
    const messages = messagesOf(desc, 2);
    const property = fc.property(messages, (message) =>
      expectSame(encoded(desc, message), expected(desc, message)),
    );
    fc.assert(property, { numRuns: 5 });
  });

  it.each([kindsDesc, oldDesc].map((desc) => [desc.typeName, desc] as const))(
    "of every kind of field: %s",
    (_, desc) => {
      const property = fc.property(messagesOf(desc, 1), (message) =>
        expectSame(encoded(desc, message), expected(desc, message)),
      );
      fc.assert(property, { numRuns: 12 });
    },
  );

  it("wherever its room ends and has to grow", () => {
    const write = messageWriter(kindsDesc);
    const property = fc.property(
      messagesOf(kindsDesc, 1),
      fc.integer({ min: 1, max: 64 }),
      (message, room) => {
        const wire = new Wire(room);
        write(wire, message);
        expectSame(wire.since(0), Buffer.from(toBinary(kindsDesc, message)));
      },
    );
    fc.assert(property, { numRuns: 12 });
  });

  it("of texts of any length, whichever length there was before", () => {
    const lengths = [0, 1, 63, 64, 65, 127, 128, 129, 16_383, 16_384, 16_385, 70_000];
    for (const character of ["a", "\u00e9", "\u20ac", "\u{1f600}", "\ud800", "\udc00x"]) {
      // The bytes whose number takes four bytes itself.
      const large = Math.ceil(2_100_000 / Buffer.byteLength(character));
      for (const length of [...lengths, large, 0, 65]) {
        const message = create(TransferSchema, {
          id: character.repeat(length),
          metadata: { [character.repeat(length)]: [character.repeat(length)] },
        });
        expectSame(encoded(TransferSchema, message), expected(TransferSchema, message));
      }
    }
  });

  it("of the largest batch, and of a small message after it", () => {
    const transfer = {
      id: "\u00e9".repeat(20),
      metadata: { plan: "gold" },
      createTime: { seconds: 1_700_000_000n },
    };
    const receipt = create(ReceiptSchema, { transfer, accountVersion: 300n, after: { posted: "-1" } });
    const results = Array.from({ length: 1_000 }, () => ({
      result: { case: "receipt" as const, value: receipt },
    }));
    const desc = BatchCreateTransfersResponseSchema;
    for (const message of [create(desc, { results }), create(desc)]) {
      expectSame(encoded(desc, message), expected(desc, message));
    }
  });

  it("of a message that has another encoded when it is read", () => {
    const inner = create(TransferSchema, { id: "inner", metadata: { a: [1, null, { b: false }] } });
    const outer = create(TransferSchema, { id: "outer", currency: "VC" });
    const seen: Buffer[] = [];
    Object.defineProperty(outer, "key", {
      enumerable: true,
      get() {
        seen.push(encoded(TransferSchema, inner));
        return "x".repeat(100_000);
      },
    });
    const actual = encoded(TransferSchema, outer);
    expectSame(actual, expected(TransferSchema, create(TransferSchema, { ...outer })));
    for (const each of seen) expectSame(each, expected(TransferSchema, inner));
  });

  it("and keeps it, whatever is encoded next", () => {
    const first = create(TransferSchema, { id: "first" });
    const kept = encoded(TransferSchema, first);
    encoded(TransferSchema, create(TransferSchema, { id: "other" }));
    expectSame(kept, expected(TransferSchema, first));
  });
});

/** A message of a type with fields as they are, right or wrong. */
function raw(desc: DescMessage, fields: object): Message {
  return Object.assign(create(desc), fields);
}

const kinds = (fields: object) => [kindsDesc, raw(kindsDesc, fields)] as const;

function unknownFields(): Message {
  return fromBinary(TransferSchema, toBinary(kindsDesc, create(kindsDesc, { singleOfString: "x" })));
}

function cyclic(): object {
  const json: Record<string, unknown> = {};
  json["self"] = json;
  return json;
}

describe("an encoder leaves to connect", () => {
  const unusual: Record<string, readonly [DescMessage, Message]> = {
    "fields that are not known": [TransferSchema, unknownFields()],
    "another type's message": [TransferSchema, create(ReceiptSchema)],
    "another type's message in a field": [
      ReceiptSchema,
      raw(ReceiptSchema, { transfer: create(ReceiptSchema) }),
    ],
    "a message that is null": kinds({ singleOfKinds: null }),
    "a message that is text": kinds({ singleOfKinds: "x" }),
    "a number for text": kinds({ singleOfString: 5 }),
    "a text that is missing": kinds({ singleOfString: undefined }),
    "a text that is null": kinds({ optionalOfString: null }),
    "text for a number": kinds({ singleOfInt32: "5" }),
    "half a number": kinds({ singleOfInt32: 0.5 }),
    "a number beyond int32": kinds({ singleOfInt32: 2 ** 31 }),
    "a number below int32": kinds({ singleOfSint32: -(2 ** 31) - 1 }),
    "no number": kinds({ singleOfSfixed32: Number.NaN }),
    "a negative uint32": kinds({ singleOfUint32: -1 }),
    "a number beyond uint32": kinds({ singleOfFixed32: 2 ** 32 }),
    "a number for int64": kinds({ singleOfInt64: 5 }),
    "text for int64": kinds({ singleOfInt64: "5" }),
    "words for int64": kinds({ singleOfInt64: "x" }),
    "a number beyond int64": kinds({ singleOfInt64: 2n ** 63n }),
    "a number below int64": kinds({ singleOfSint64: -(2n ** 63n) - 1n }),
    "a negative uint64": kinds({ singleOfUint64: -1n }),
    "a number beyond fixed64": kinds({ singleOfFixed64: 2n ** 64n }),
    "a number beyond float": kinds({ singleOfFloat: 1e39 }),
    "text for double": kinds({ singleOfDouble: "1" }),
    "a number for bool": kinds({ singleOfBool: 1 }),
    "text for bytes": kinds({ singleOfBytes: "x" }),
    "an array for bytes": kinds({ singleOfBytes: [1, 2] }),
    "a name for an enum": kinds({ singleOfColor: "RED" }),
    "half an enum": kinds({ listOfColor: [0.5] }),
    "a list that is missing": kinds({ listOfString: undefined }),
    "a list with a gap": kinds({ listOfString: ["a", undefined] }),
    "an object for a list": kinds({ listOfString: { length: 1 } }),
    "a map that is missing": kinds({ mapOfString: undefined }),
    "a map with a gap": kinds({ mapOfString: { a: undefined } }),
    "a key that is no integer": kinds({ keysInt32: { x: "a" } }),
    "a key that begins as one": kinds({ keysInt32: { "1x": "a" } }),
    "a key beyond int64": kinds({ keysInt64: { [String(2n ** 63n)]: "a" } }),
    "a key that is no bool": kinds({ keysBool: { "1": "a" } }),
    "a oneof that is missing": kinds({ choice: undefined }),
    "a choice without a value": kinds({ choice: { case: "choiceOfKinds", value: undefined } }),
    "a Struct that is an array": kinds({ singleOfStruct: [1] }),
    "a Struct that is null": kinds({ singleOfStruct: null }),
    "a Struct with a prototype's name for a key": kinds({
      singleOfStruct: JSON.parse('{"__proto__": 1, "a": 2}'),
    }),
    "a Struct with what is no JSON": kinds({ singleOfStruct: { a: 1n, b: undefined, c: [() => 1] } }),
    "a Struct that holds itself": kinds({ singleOfStruct: cyclic() }),
    "a wrapped value of another type": kinds({ singleOfStringvalue: 5 }),
    "an integer that is held as text": [longsDesc, create(longsDesc, { asText: "5" })],
    "a required field that is not set": [strictDesc, create(strictDesc)],
    "a group": [groupedDesc, create(groupedDesc, { group: { text: "x" } })],
  };

  it.each(Object.entries(unusual))("%s", (_, [desc, message]) => {
    const wanted = outcomeOf(() => expected(desc, message));
    const serialize = jest.fn((each: Message) => Uint8Array.from(toBinary(desc, each)));
    const encode = createEncoder(desc, { messageBytesMax, serialize });
    expect(outcomeOf(() => Buffer.from(encode(message)))).toEqual(wanted);
    expect(serialize).toHaveBeenCalledTimes(1);
    const ordinary = create(TransferSchema, { id: "next" });
    expectSame(encoded(TransferSchema, ordinary), expected(TransferSchema, ordinary));
  });

  it("what is too large", () => {
    const method: DescMethodUnary = LedgerService.method.getTransfer;
    const limits = { readMaxBytes: 1, writeMaxBytes: 100 };
    const { serialize } = createMethodSerializationLookup(method, undefined, undefined, limits).getO(true);
    const encode = createEncoder(method.output, { messageBytesMax: 100, serialize });
    const answer = (length: number) =>
      create(GetTransferResponseSchema, { transfer: { id: "x".repeat(length) } });
    expect(encode(answer(96))).toHaveLength(5 + 100);
    expect(() => encode(answer(97))).toThrow(
      expect.objectContaining({ code: Code.ResourceExhausted, rawMessage: expect.stringContaining("101") }),
    );
  });
});

/** What comes of it: bytes, or the words of an error. */
function outcomeOf(make: () => Buffer): string {
  try {
    return make().toString("hex");
  } catch (error) {
    return String(error);
  }
}
