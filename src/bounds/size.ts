/** Most bytes of an answer's message: what gRPC clients take unless told otherwise. */
export const answerBytesMax = 4 * 1024 * 1024;

/** Tag and length of a field, or of an element. */
const fieldBytes = 4;
/** The same for an entry of a map or a Struct, which is a message with a key and a value, itself a message. */
const entryBytes = 14;
const scalarBytes = 10;

/** An upper bound of the bytes of a message, or of the object that it is made from; its texts as JSON writes them. */
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
  if (value instanceof Uint8Array) return value.length;
  let bytes = 0;
  if (Array.isArray(value)) {
    for (const element of value) bytes += entryBytes + bytesOf(element);
    return bytes;
  }
  const isMessage = "$typeName" in value;
  for (const [name, inner] of Object.entries(value)) {
    if (isMessage && (name.startsWith("$") || isUnset(inner))) continue;
    bytes += (isMessage ? fieldBytes : entryBytes + textBytes(name)) + bytesOf(inner);
  }
  return bytes;
}

/** JSON takes two bytes for a quote and six for a control character, where protobuf takes one. */
function textBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === "" || value === 0 || value === 0n || value === false;
}
