import { create, type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { characters } from "../../../../test/support/characters.ts";

/** Messages of a type with any of its fields, and messages in them down to a depth. */
export function messagesOf(desc: DescMessage, depth = 2): fc.Arbitrary<Message> {
  const members = desc.members.flatMap((member) => {
    if (member.kind === "field") {
      return isWithin(member, depth) ? [[member.localName, fieldValues(member, depth)] as const] : [];
    }
    const choices = member.fields
      .filter((field) => isWithin(field, depth))
      .map((field) => fc.record({ case: fc.constant(field.localName), value: values(field, depth) }));
    return [[member.localName, fc.oneof(fc.constant({ case: undefined }), ...choices)] as const];
  });
  return fc.record(Object.fromEntries(members), { requiredKeys: [] }).map((fields) => create(desc, fields));
}

/** Texts of one byte a character and of more, with halves of characters among them, short and long. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary-ascii", maxLength: 140 }),
  fc.string({ unit: characters, maxLength: 140 }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);

/** Objects of JSON, of which one key alone is left out: see `unusual` in the test. */
export const jsonObjects = fc
  .dictionary(texts, fc.jsonValue({ maxDepth: 4 }))
  .filter((json) => !JSON.stringify(json).includes("__proto__"));

function isWithin({ message, parent }: DescField, depth: number): boolean {
  return message === undefined || depth > 0 || isHeldAsValue(message, parent);
}

/** Whether protobuf-es holds the message as something else, mostly. */
function isHeldAsValue(message: DescMessage, parent: DescMessage): boolean {
  return isWrapperDesc(message) || isJson(message, parent);
}

function isJson({ typeName }: DescMessage, parent: DescMessage): boolean {
  return typeName === "google.protobuf.Struct" && parent.typeName !== "google.protobuf.Value";
}

function fieldValues(field: DescField, depth: number): fc.Arbitrary<unknown> {
  switch (field.fieldKind) {
    case "list":
      return fc.array(values(field, depth), { maxLength: 4 });
    case "map":
      return fc.dictionary(keys(field.mapKey), values(field, depth), { maxKeys: 4, noNullPrototype: true });
    default:
      return values(field, depth);
  }
}

function values(field: DescField, depth: number): fc.Arbitrary<unknown> {
  const { message, parent } = field;
  if (message === undefined) return scalars[field.scalar ?? ScalarType.INT32];
  if (isJson(message, parent)) return jsonObjects;
  const [wrapped] = message.fields;
  const isUnwrapped = field.fieldKind === "message" && field.oneof === undefined && isWrapperDesc(message);
  return isUnwrapped && wrapped !== undefined ? values(wrapped, depth) : messagesOf(message, depth - 1);
}

function keys(type: ScalarType): fc.Arbitrary<string> {
  return scalars[type].map(String);
}

const int32s = fc.oneof(fc.constant(0), fc.nat(200), fc.integer());
const uint32s = fc.oneof(fc.constant(0), fc.nat(200), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const int64s = fc.oneof(fc.constant(0n), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
const uint64s = fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));

const scalars: Readonly<Record<ScalarType, fc.Arbitrary<unknown>>> = {
  [ScalarType.STRING]: texts,
  [ScalarType.BYTES]: fc.uint8Array(),
  [ScalarType.BOOL]: fc.boolean(),
  [ScalarType.DOUBLE]: fc.oneof(fc.constant(0), fc.double()),
  [ScalarType.FLOAT]: fc.oneof(fc.constant(0), fc.float()),
  [ScalarType.INT32]: int32s,
  [ScalarType.SINT32]: int32s,
  [ScalarType.SFIXED32]: int32s,
  [ScalarType.UINT32]: uint32s,
  [ScalarType.FIXED32]: uint32s,
  [ScalarType.INT64]: int64s,
  [ScalarType.SINT64]: int64s,
  [ScalarType.SFIXED64]: int64s,
  [ScalarType.UINT64]: uint64s,
  [ScalarType.FIXED64]: uint64s,
};
