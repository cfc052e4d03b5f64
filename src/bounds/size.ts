/** The most bytes that the message of an answer may have: the default limit of gRPC clients. */
export const answerBytesMax = 4 * 1024 * 1024;

/** What surrounds a field, besides its name, which only JSON writes. */
const fieldBytes = 6;
/** Around a number of 64 bits. */
const quoteBytes = 2;
/** A field's number, or the name of an enum's value. */
const fieldScalarBytes = 32;
const timestampBytes = 32;
/** What surrounds an element of a list, or an entry of a map or a Struct, which is a message of a key and a value. */
const entryBytes = 16;
const scalarBytes = 12;

/** An upper bound for the bytes of a message, or of its initializer, in protobuf and in JSON. */
export function bytesOf(value: unknown): number {
  switch (typeof value) {
    case "string":
      return textBytes(value);
    case "number":
    case "bigint":
    case "boolean":
      return scalarBytes;
    case "object":
      return value === null ? scalarBytes : bytesOfObject(value);
    default:
      return 0;
  }
}

function bytesOfObject(value: object): number {
  if ("$typeName" in value && value.$typeName === "google.protobuf.Timestamp") return timestampBytes;
  if (value instanceof Uint8Array) return Math.ceil(value.length / 3) * 4;
  let bytes = 0;
  if (Array.isArray(value)) {
    for (const element of value) bytes += entryBytes + bytesOf(element);
    return bytes;
  }
  const isMessage = "$typeName" in value;
  for (const name in value) {
    const inner = (value as Readonly<Record<string, unknown>>)[name];
    if (isMessage && (name.startsWith("$") || isUnset(inner))) continue;
    bytes += isMessage
      ? fieldBytes + name.length + bytesOfField(inner)
      : entryBytes + textBytes(name) + bytesOf(inner);
  }
  return bytes;
}

/** A text whose characters take one byte each, in JSON as in protobuf. */
const plainText = /^[ !#-[\]-~]*$/;

/** JSON takes two bytes for a quote and six for a control character, where protobuf takes one. */
function textBytes(text: string): number {
  return plainText.test(text) ? text.length : Buffer.byteLength(JSON.stringify(text)) - 2;
}

function bytesOfField(value: unknown): number {
  if (typeof value === "bigint") return String(value).length + quoteBytes;
  return typeof value === "string" || typeof value === "object" ? bytesOf(value) : fieldScalarBytes;
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === "" || value === 0 || value === 0n || value === false;
}
