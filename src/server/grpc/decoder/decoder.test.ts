import { isDeepStrictEqual } from "node:util";
import {
  create,
  type DescField,
  type DescMessage,
  fromBinary,
  type Message,
  toBinary,
} from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { file_google_protobuf_struct } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { file_raystack_frontier_v1beta1_frontier } from "../../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { file_tallystick_v1_customer } from "../../../../gen/tallystick/v1/customer_pb.ts";
import {
  BatchCreateTransfersRequestSchema,
  CreateTransferRequestSchema,
  file_tallystick_v1_ledger,
  GetBalanceRequestSchema,
  TransferKind,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { groupedDesc, kindsDesc, longsDesc, oldDesc } from "../encoder/kinds.fixture.ts";
import { messagesOf } from "../encoder/messages.fixture.ts";
import { createDecoder } from "./decoder.ts";

const served = [
  file_raystack_frontier_v1beta1_frontier,
  file_tallystick_v1_customer,
  file_tallystick_v1_ledger,
  file_google_protobuf_struct,
]
  .flatMap((file) => [...nestedTypes(file)].filter((type) => type.kind === "message"))
  .filter(({ typeName }) => /Request$|^google/.test(typeName));
const odd: readonly DescMessage[] = [kindsDesc, longsDesc, oldDesc, groupedDesc];
const described = (descs: readonly DescMessage[]) => descs.map((desc) => [desc.typeName, desc] as const);

/** Those of many fields with fewer messages in them. */
function examples(desc: DescMessage): fc.Arbitrary<Message> {
  return messagesOf(desc, odd.includes(desc) ? 1 : 2);
}

/** The odd ones have every kind of field, so that the served ones need a look and no search. */
function runs(desc: DescMessage, numRuns: number): { numRuns: number } {
  return { numRuns: odd.includes(desc) ? numRuns : numRuns / 5 };
}

/** A message, or the words of an error. */
function outcomeOf(read: () => Message): unknown {
  try {
    return read();
  } catch (error) {
    return String(error);
  }
}

/** Reads with the help of protobuf-es where that is needed, and compares with what that makes alone. */
function expectSame(desc: DescMessage, bytes: Uint8Array): void {
  const parse = (given: Uint8Array) => fromBinary(desc, given);
  const actual = outcomeOf(() => createDecoder(desc, parse)(bytes));
  const wanted = outcomeOf(() => parse(bytes));
  // A matcher is slow, and only needed to explain what differs.
  if (!isDeepStrictEqual(actual, wanted)) expect(actual).toStrictEqual(wanted);
}

/** Reads without help. */
function decoded(desc: DescMessage, bytes: Uint8Array): Message {
  return createDecoder(desc, () => {
    throw new Error("the message was given up");
  })(bytes);
}

type Bytes = Uint8Array<ArrayBuffer>;
type Change = (bytes: Bytes) => Bytes;

/** What may become of bytes on the way, or in the hands of an attacker. `place` and `length` are in thousandths of what there is. */
const changes: fc.Arbitrary<Change> = fc
  .record({
    kind: fc.constantFrom("overwrite", "cut off", "leave out", "repeat", "insert"),
    place: fc.nat(1_000),
    length: fc.nat(1_000),
    byte: fc.oneof(fc.constantFrom(0, 1, 8, 10, 18, 0x7f, 0x80, 0xff), fc.nat(255)),
  })
  .map(({ kind, place, length, byte }) => (bytes) => {
    const at = Math.floor((place / 1_001) * (bytes.length + 1));
    const end = at + Math.ceil((length / 1_000) * Math.min(40, bytes.length - at));
    const [before, part, rest] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
    switch (kind) {
      case "cut off":
        return Uint8Array.from(before);
      case "leave out":
        return Uint8Array.from([...before, ...rest]);
      case "repeat":
        return Uint8Array.from([...before, ...part, ...part, ...rest]);
      case "insert":
        return Uint8Array.from([...before, byte, ...part, ...rest]);
      default:
        return Uint8Array.from([...before, byte, ...bytes.subarray(at + 1)]);
    }
  });

describe("a decoder makes what protobuf-es makes", () => {
  it.each(described([...served, ...odd]))("of a %s", (_, desc) => {
    expectSame(desc, new Uint8Array());
    const property = fc.property(examples(desc), (message) => expectSame(desc, toBinary(desc, message)));
    fc.assert(property, runs(desc, 10));
  });

  it.each(described([...served, ...odd]))("of a %s that was changed", (_, desc) => {
    const property = fc.property(
      examples(desc),
      fc.array(changes, { minLength: 1, maxLength: 3 }),
      (message, all) =>
        expectSame(
          desc,
          all.reduce((bytes, change) => change(bytes), Uint8Array.from(toBinary(desc, message))),
        ),
    );
    fc.assert(property, runs(desc, 20));
  });

  it.each(described([...served, ...odd]))("of two halves of a %s", (_, desc) => {
    const property = fc.property(examples(desc), examples(desc), (one, other) =>
      expectSame(desc, Uint8Array.from([...toBinary(desc, one), ...toBinary(desc, other)])),
    );
    fc.assert(property, runs(desc, 10));
  });

  const chosen = kindsDesc.fields.filter(
    (field) => field.oneof !== undefined && field.fieldKind === "message" && !field.delimitedEncoding,
  );
  it.each(chosen.map((field) => [field.name, field] as const))("of a %s that is chosen twice", (_, field) => {
    const { message: desc, number } = field as DescField & { message: DescMessage };
    const part = (message: Message) =>
      new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(toBinary(desc, message)).finish();
    const property = fc.property(messagesOf(desc, 1), messagesOf(desc, 1), (one, other) =>
      expectSame(kindsDesc, Uint8Array.from([...part(one), ...part(other)])),
    );
    fc.assert(property, { numRuns: 6 });
  });

  it("of a truth in JSON that is more than 1", () => {
    expectSame(CreateTransferRequestSchema, replaced(withMetadata({ a: true }), " \x01", " \x02"));
  });

  it.each(described([CreateTransferRequestSchema, kindsDesc, typeNamed("google.protobuf.Value")]))(
    "of any bytes for a %s",
    (_, desc) => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => expectSame(desc, bytes)),
        { numRuns: 200 },
      );
    },
  );

  it.each([10, 24, 25, 49, 50, 51, 100, 101, 200])("of JSON that is %i levels deep", (levels) => {
    let json: unknown = 1;
    for (let level = 0; level < levels; level += 1) json = { a: json };
    expectSame(CreateTransferRequestSchema, withMetadata(json));
  });

  it.each([
    "",
    "a",
    "é",
    "\ufeffa",
    "\ufeff",
    "a".repeat(127),
    "a".repeat(128),
    "é".repeat(70),
    "\u{1f600}",
    "a\0b",
  ])("of the text %j", (text) => {
    expectSame(CreateTransferRequestSchema, charge({ description: text }));
    expectSame(CreateTransferRequestSchema, withMetadata({ [text]: text }));
  });
});

function typeNamed(name: string): DescMessage {
  const desc = served.find(({ typeName }) => typeName === name);
  if (desc === undefined) throw new Error(`there is no ${name}`);
  return desc;
}

function charge(fields: object = {}): Uint8Array {
  return toBinary(
    CreateTransferRequestSchema,
    create(CreateTransferRequestSchema, {
      organization: "acme",
      customer: "anna@example.com",
      kind: TransferKind.CHARGE,
      amount: "0.25",
      currency: "USD",
      key: "call-1",
      description: "métrage",
      validateOnly: true,
      ...fields,
    }),
  );
}

function withMetadata(metadata: unknown): Uint8Array {
  return charge({ metadata });
}

/** Bytes with others in the place of some. */
function replaced(bytes: Uint8Array, some: string, others: string): Uint8Array {
  const text = Buffer.from(bytes).toString("latin1");
  expect(text.split(some)).toHaveLength(2);
  return Uint8Array.from(Buffer.from(text.replace(some, others), "latin1"));
}

describe("a decoder needs no help", () => {
  const charges = Array.from({ length: 1_000 }, () => create(CreateTransferRequestSchema, { amount: "1" }));
  const plain: Record<string, readonly [DescMessage, Uint8Array]> = {
    "with a charge": [CreateTransferRequestSchema, charge()],
    "with metadata": [
      CreateTransferRequestSchema,
      withMetadata({ plan: "gold", seats: 3.5, old: null, tags: ["a", { b: true }, []], more: {} }),
    ],
    "with a moment": [
      GetBalanceRequestSchema,
      toBinary(
        GetBalanceRequestSchema,
        create(GetBalanceRequestSchema, { readTime: { seconds: 1_800_000_000n, nanos: 123_456_789 } }),
      ),
    ],
    "with a batch": [
      BatchCreateTransfersRequestSchema,
      toBinary(
        BatchCreateTransfersRequestSchema,
        create(BatchCreateTransfersRequestSchema, { requests: charges }),
      ),
    ],
  };
  it.each(Object.entries(plain))("%s", (_, [desc, bytes]) => {
    expect(decoded(desc, bytes)).toStrictEqual(fromBinary(desc, bytes));
  });
});

it.each(described([...served, kindsDesc]))("a decoder's messages share nothing: %s", (_, desc) => {
  const [one, other] = [1, 2].map(() => Object.entries(decoded(desc, new Uint8Array())));
  const shared = one?.filter(([name, value], at) => {
    const isChangeable = typeof value === "object" && !(value instanceof Uint8Array);
    return isChangeable && other?.[at]?.[0] === name && other[at][1] === value;
  });
  expect(shared).toEqual([]);
});

it("a decoder gives up JSON with a key that JavaScript's objects cannot hold", () => {
  const bytes = replaced(withMetadata({ to_proto_: 1 }), "to_proto_", "__proto__");
  expect(() => decoded(CreateTransferRequestSchema, bytes)).toThrow("the message was given up");
});
