import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { gatewayError } from "./gateway/errors.ts";

const forbidden = Buffer.from("__proto__");
/** What nobody writes fields of, in JSON. */
const jsonTypes: ReadonlySet<string> = new Set([
  "google.protobuf.Struct",
  "google.protobuf.ListValue",
  "google.protobuf.Value",
]);
/** As deep as protobuf-es reads; what nests deeper it refuses itself. */
const depthMax = 100;

/**
 * Refuses `__proto__` as a key of a map, also of a google.protobuf.Struct, in a binary message: JavaScript objects cannot
 * hold it, so it would vanish with its value. Nearly no message has the word, and only such are looked into. What protobuf-es
 * cannot read may pass.
 *
 * @throws ConnectError INVALID_FIELDS
 */
export function refuseForbiddenKeys(desc: DescMessage, bytes: Uint8Array): void {
  const { buffer, byteOffset, byteLength } = bytes;
  if (!Buffer.from(buffer, byteOffset, byteLength).includes(forbidden)) return;
  const path = pathOfKey(desc, bytes);
  if (path === undefined) return;
  const violation = { field: path, description: 'the key "__proto__" is not accepted' };
  throw gatewayError("INVALID_FIELDS", `${path}: ${violation.description}`, { fieldViolations: [violation] });
}

/** The path of the field that has the key; undefined where none has. */
function pathOfKey(desc: DescMessage, bytes: Uint8Array): string | undefined {
  try {
    const reader = new BinaryReader(bytes);
    return inMessage(desc, reader, reader.len, depthMax);
  } catch {
    return undefined;
  }
}

function inMessage(desc: DescMessage, reader: BinaryReader, end: number, depth: number): string | undefined {
  if (depth === 0) return undefined;
  const fields = new Map(desc.fields.map((field) => [field.number, field]));
  while (reader.pos < end) {
    const [number, wireType] = reader.tag();
    const field = fields.get(number);
    const found =
      field?.message !== undefined || field?.fieldKind === "map"
        ? inField(field, reader, wireType, depth)
        : reader.skip(wireType, number);
    if (typeof found === "string") return found;
  }
  return undefined;
}

/** A message, an element of a list of messages, or an entry of a map. */
function inField(
  field: DescField,
  reader: BinaryReader,
  wireType: WireType,
  depth: number,
): string | undefined {
  if (wireType !== WireType.LengthDelimited) {
    reader.skip(wireType, field.number);
    return undefined;
  }
  const end = reader.uint32() + reader.pos;
  const found =
    field.fieldKind === "map" ? inEntry(field, reader, end, depth) : inValue(field, reader, end, depth);
  if (found === undefined) return undefined;
  const name = jsonTypes.has(field.parent?.typeName ?? "") ? "" : field.name;
  return [name, found].filter((each) => each !== "").join(".");
}

function inValue(
  { message }: DescField,
  reader: BinaryReader,
  end: number,
  depth: number,
): string | undefined {
  return message === undefined ? undefined : inMessage(message, reader, end, depth - 1);
}

function inEntry(field: DescField, reader: BinaryReader, end: number, depth: number): string | undefined {
  while (reader.pos < end) {
    const [number, wireType] = reader.tag();
    if (number === 1 && wireType === WireType.LengthDelimited) {
      if (forbidden.equals(reader.bytes())) return "";
    } else if (number === 2 && field.message !== undefined && wireType === WireType.LengthDelimited) {
      const found = inValue(field, reader, reader.uint32() + reader.pos, depth);
      if (found !== undefined) return found;
    } else reader.skip(wireType, number);
  }
  return undefined;
}
