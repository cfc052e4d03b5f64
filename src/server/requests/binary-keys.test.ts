import { fromBinary, fromJson, toBinary, toJson } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { StructSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { CreateCustomerRequestSchema } from "../../../gen/tallystick/v1/customer_pb.ts";
import {
  BatchCreateTransfersRequestSchema,
  CreateTransferRequestSchema,
} from "../../../gen/tallystick/v1/ledger_pb.ts";
import { everything } from "../../../test/fixtures/gateway/schema.ts";
import { createBinaryCheck } from "./binary-structure.ts";

const { number: metadata } = CreateTransferRequestSchema.field.metadata;
const { number: attributes } = CreateCustomerRequestSchema.field.attributes;
const { number: requests } = BatchCreateTransfersRequestSchema.field.requests;

const string = (number: number, text: string) => (writer: BinaryWriter) =>
  writer.tag(number, WireType.LengthDelimited).string(text);
type Write = (writer: BinaryWriter) => BinaryWriter;

function message(...writes: Write[]): Uint8Array {
  return writes.reduce((writer, write) => write(writer), new BinaryWriter()).finish();
}

function inside(number: number, bytes: Uint8Array): Write {
  return (writer) => writer.tag(number, WireType.LengthDelimited).bytes(bytes);
}

/** A Struct with one key, and text or another Struct there. */
function struct(key: string, value: string | Uint8Array = "x"): Uint8Array {
  const kind = typeof value === "string" ? string(3, value) : inside(5, value);
  return message(inside(1, message(string(1, key), inside(2, message(kind)))));
}

it("writes structs as protobuf-es does", () => {
  expect(struct("key", struct("inner"))).toEqual(
    toBinary(StructSchema, fromJson(StructSchema, { key: { inner: "x" } })),
  );
});

it.each([
  [
    "a map",
    CreateCustomerRequestSchema,
    inside(attributes, message(string(1, "__proto__"), string(2, "x"))),
    "attributes",
  ],
  [
    "a map, after its value",
    CreateCustomerRequestSchema,
    inside(attributes, message(string(2, "x"), string(1, "__proto__"))),
    "attributes",
  ],
  ["a Struct", CreateTransferRequestSchema, inside(metadata, struct("__proto__")), "metadata"],
  [
    "a Struct in a Struct",
    CreateTransferRequestSchema,
    inside(metadata, struct("a", struct("__proto__"))),
    "metadata",
  ],
  [
    "a message of a list",
    BatchCreateTransfersRequestSchema,
    inside(requests, message(inside(metadata, struct("__proto__")))),
    "requests[0].metadata",
  ],
] as const)("refuses the key __proto__ of %s", (_, desc, write, path) => {
  const refuse = () => createBinaryCheck(desc)(message(write));
  expect(refuse).toThrow(`${path}: the key "__proto__" is not accepted`);
});

it.each([
  ["another field", CreateTransferRequestSchema, string(1, "__proto__")],
  [
    "a value of a map",
    CreateCustomerRequestSchema,
    inside(attributes, message(string(1, "a"), string(2, "__proto__"))),
  ],
  ["a value of a Struct", CreateTransferRequestSchema, inside(metadata, struct("a", "__proto__"))],
  ["a longer key", CreateTransferRequestSchema, inside(metadata, struct("__proto__x"))],
  ["a field that is not known", CreateTransferRequestSchema, string(9_999, "__proto__")],
  [
    "a field of another type",
    CreateTransferRequestSchema,
    (writer: BinaryWriter) => string(9_999, "__proto__")(writer.tag(metadata, WireType.Varint).uint32(1)),
  ],
] as const)("takes the word as %s", (_, desc, write) => {
  expect(() => createBinaryCheck(desc)(message(write))).not.toThrow();
});

/** The same word but for a letter, as a key that can be kept. */
const harmless = "__prot0__";
const counts = everything.fields.find(({ name }) => name === "counts")?.number ?? 0;
const child = everything.fields.find(({ name }) => name === "child")?.number ?? 0;

/** Bytes in which map, key and value may have any wire type, and an entry what it does not know. */
const wireType = fc.constantFrom(WireType.Varint, WireType.Bit64, WireType.LengthDelimited, WireType.Bit32);
const tag = (number: number) => wireType.map((type) => [(number << 3) | type]);
const key = fc.constantFrom("a", harmless, `\ufeff${harmless}`, `${harmless}x`);
const keyed = fc
  .tuple(tag(1), key)
  .map(([its, text]) => [...its, Buffer.byteLength(text), ...Buffer.from(text)]);
const valued = tag(2).map((its) => [...its, 7]);
const unknown = tag(3);
const entry = fc
  .array(fc.oneof(keyed, valued, unknown), { maxLength: 3 })
  .map((parts) => Buffer.from(parts.flat()));
const delimited = (number: number, inner: fc.Arbitrary<Buffer>) =>
  fc.tuple(wireType, inner).map(([type, bytes]) => {
    const writer = new BinaryWriter().tag(number, type).uint32(bytes.length);
    return Buffer.concat([writer.finish(), bytes]);
  });
const map = delimited(counts, entry);
const written = fc.oneof(map, delimited(child, map)).map((bytes) => [...bytes]);

it("finds the key wherever protobuf-es reads it", () => {
  let found = 0;
  fc.assert(
    fc.property(fc.array(written, { minLength: 1, maxLength: 3 }), (parts) => {
      const bytes = Buffer.from(parts.flat());
      const text = JSON.stringify(readable(bytes));
      if (text === undefined || !new RegExp(`"${harmless}":`).test(text)) return;
      found += 1;
      const sent = Buffer.from(bytes.toString("latin1").replaceAll(harmless, "__proto__"), "latin1");
      expect(() => createBinaryCheck(everything)(sent)).toThrow('the key "__proto__" is not accepted');
    }),
    { numRuns: 2_000 },
  );
  expect(found).toBeGreaterThan(100);
});

/** The message; undefined where protobuf-es cannot read it. */
function readable(bytes: Uint8Array): unknown {
  try {
    return toJson(everything, fromBinary(everything, bytes));
  } catch {
    return undefined;
  }
}

it("leaves what cannot be read to the parser", () => {
  const cut = message(inside(metadata, struct("__proto__x"))).subarray(0, -2);
  expect(() => createBinaryCheck(CreateTransferRequestSchema)(cut)).not.toThrow();
  expect(() => createBinaryCheck(CreateTransferRequestSchema)(Buffer.from("__proto__"))).not.toThrow();
});
