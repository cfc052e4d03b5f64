import { fromJson, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { StructSchema } from "@bufbuild/protobuf/wkt";
import { CreateCustomerRequestSchema } from "../../gen/tallystick/v1/customer_pb.ts";
import {
  BatchCreateTransfersRequestSchema,
  CreateTransferRequestSchema,
} from "../../gen/tallystick/v1/ledger_pb.ts";
import { refuseForbiddenKeys } from "./forbidden-key.ts";

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
    "requests.metadata",
  ],
] as const)("refuses the key __proto__ of %s", (_, desc, write, path) => {
  const refuse = () => refuseForbiddenKeys(desc, message(write));
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
  expect(() => refuseForbiddenKeys(desc, message(write))).not.toThrow();
});

it("leaves what cannot be read to the parser", () => {
  const cut = message(inside(metadata, struct("__proto__x"))).subarray(0, -2);
  expect(() => refuseForbiddenKeys(CreateTransferRequestSchema, cut)).not.toThrow();
  expect(() => refuseForbiddenKeys(CreateTransferRequestSchema, Buffer.from("__proto__"))).not.toThrow();
});
