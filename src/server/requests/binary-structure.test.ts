import { create, type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { Code, ConnectError } from "@connectrpc/connect";
import fc from "fast-check";
import { BadRequestSchema, ErrorInfoSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import { BatchCreateTransfersRequestSchema as Batch } from "../../../gen/tallystick/v1/ledger_pb.ts";
import { everything } from "../../../test/fixtures/gateway/schema.ts";
import { createBinaryCheck } from "./binary-structure.ts";
import { elementsMax, valuesMax } from "./repetition.ts";

function refusalOf(
  desc: DescMessage,
  bytes: Uint8Array,
): { code: Code; reason: string; fields: string[] } | undefined {
  try {
    createBinaryCheck(desc)(bytes);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const [info] = error.findDetails(ErrorInfoSchema);
    const fields = error.findDetails(BadRequestSchema).flatMap(({ fieldViolations }) => fieldViolations);
    return { code: error.code, reason: info?.reason ?? "", fields: fields.map(({ field }) => field) };
  }
}

const tooLong = (field: string) => ({
  code: Code.InvalidArgument,
  reason: "INVALID_FIELDS",
  fields: [field],
});
const tooMuch = { code: Code.ResourceExhausted, reason: "REQUEST_TOO_LARGE", fields: [] };

const keys = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]));
const batch = (rows: number, metadata = {}) =>
  toBinary(Batch, create(Batch, { requests: Array.from({ length: rows }, () => ({ key: "k", metadata })) }));
/** One field again and again, each time with the same content. */
const again = (count: number, field: number, content = Buffer.alloc(0)) => {
  const writer = new BinaryWriter();
  for (let index = 0; index < count; index += 1) writer.tag(field, WireType.LengthDelimited).bytes(content);
  return writer.finish();
};

it.each([
  ["a list that is full", Batch, batch(elementsMax), undefined],
  ["a list that is too long", Batch, batch(elementsMax + 1), tooLong("requests")],
  ["a list of messages without content", Batch, again(2_000_000, 2), tooLong("requests")],
  ["an object that is full", Batch, batch(3, keys(elementsMax)), undefined],
  ["an object with too many keys", Batch, batch(3, keys(elementsMax + 1)), tooLong("requests[0].metadata")],
  [
    "an array in it",
    Batch,
    batch(1, { a: Array(elementsMax + 1).fill(null) }),
    tooLong("requests[0].metadata"),
  ],
  ["many values, and no more than may be", Batch, batch(22, keys(elementsMax)), undefined],
  ["too many values", Batch, batch(60, keys(elementsMax)), tooMuch],
  ["too many fields that nobody knows", Batch, again(valuesMax + 1, 99), tooMuch],
  ["one message in many pieces", everything, again(valuesMax + 1, 17), tooMuch],
  ["a text again and again", everything, again(valuesMax + 1, 1), tooMuch],
  [
    "too many numbers behind one tag",
    everything,
    again(1, numbers(), Buffer.alloc(elementsMax + 1)),
    tooLong("numbers"),
  ],
  [
    "a group that nobody knows",
    Batch,
    Buffer.from([
      0x9b,
      6,
      ...Array(2 * valuesMax)
        .fill([8, 1])
        .flat(),
    ]),
    tooMuch,
  ],
])("judges %s", (_, desc, bytes, refusal) => {
  expect(refusalOf(desc, bytes)).toEqual(refusal);
});

function numbers(): number {
  return everything.fields.find(({ name }) => name === "numbers")?.number ?? 0;
}

/** Pieces of wire format, in kinds that a reader may take in more than one way. */
const pieces = [
  [0x92, 1, 0], // tags: ""
  [0x90, 1, 1, 0x61], // tags, said to be a varint
  [0x98, 1, 5], // numbers: 5
  [0x9a, 1, 3, 1, 2, 3], // numbers: 1, 2, 3 behind one tag
  [0xa2, 1, 3, 0x92, 1, 0], // children: one with a tag
  [0x8a, 1, 3, 0x98, 1, 7], // child: one more number
  [0x92, 3, 4, 10, 0, 16, 1], // counts: "" is 1
  [0x9b, 6, 8, 1, 0x9b, 6, 0x9c, 6, 0x9c, 6], // groups that nobody knows
].map((bytes) => Buffer.from(bytes));

it("counts what protobuf-es reads", () => {
  const sequences = fc.array(fc.tuple(fc.constantFrom(...pieces), fc.integer({ min: 1, max: 900 })), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(sequences, (sequence) => {
      const bytes = Buffer.concat(sequence.flatMap(([piece, times]) => Array<Buffer>(times).fill(piece)));
      const message = fromBinary(everything, bytes) as unknown as Record<string, readonly unknown[]>;
      const counted = ["tags", "numbers", "children"].some(
        (name) => (message[name]?.length ?? 0) > elementsMax,
      );
      const pairs = sequence.reduce((sum, [piece, times]) => sum + (piece === pieces[6] ? times : 0), 0);
      expect(refusalOf(everything, bytes) !== undefined).toBe(counted || pairs > elementsMax);
    }),
    { numRuns: 12 },
  );
});
