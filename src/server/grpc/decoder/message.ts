import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { readJsonObject } from "./json.ts";
import { openEnum, scalars } from "./scalar.ts";
import { giveUp, type Source } from "./source.ts";
import { zeroMaker } from "./zero.ts";

type Fields = Record<string, unknown>;
type Read<T = unknown> = (source: Source) => T;
/** Reads the value of a field into its message. */
type ReadInto = (source: Source, message: Fields) => void;
/** How one value of a field is read. */
interface Value {
  readonly wireType: WireType;
  readonly read: Read;
}

const readers = new WeakMap<DescMessage, Read<Message>>();

/** Reads a message up to the end of what it is read from. There is one reader for each type. */
export function messageReader(desc: DescMessage): Read<Message> {
  const known = readers.get(desc);
  if (known !== undefined) return known;
  const makeZero = zeroMaker(desc) ?? giveUp;
  // Made for the first message, because types may refer to one another in circles.
  let fields: ReadonlyMap<number, ReadInto> | undefined;
  const reader: Read<Message> = (source) => {
    fields ??= fieldReaders(desc);
    const message = makeZero() as Message & Fields;
    while (!source.isAtEnd) {
      const read = fields.get(source.short()) ?? giveUp;
      read(source, message);
    }
    return message;
  };
  readers.set(desc, reader);
  return reader;
}

/** By their tags. What has none here is given up. */
function fieldReaders({ fields }: DescMessage): ReadonlyMap<number, ReadInto> {
  const byTag = new Map<number, ReadInto>();
  for (const field of fields) {
    const value = valueIn(field);
    if (value !== undefined) byTag.set((field.number << 3) | value.wireType, readerInto(field, value.read));
  }
  return byTag;
}

function readerInto(field: DescField, read: Read): ReadInto {
  const { fieldKind, localName, oneof } = field;
  if (fieldKind === "list")
    return (source, message) => void (message[localName] as unknown[]).push(read(source));
  if (oneof !== undefined) {
    const name = oneof.localName;
    return (source, message) => {
      // A message that is chosen twice is one, merged.
      if ((message[name] as { case?: string }).case !== undefined) giveUp();
      message[name] = { case: localName, value: read(source) };
    };
  }
  if (fieldKind !== "message")
    return (source, message) => {
      message[localName] = read(source);
    };
  return (source, message) => {
    // One that comes twice is one, merged.
    if (message[localName] !== undefined) giveUp();
    message[localName] = read(source);
  };
}

/** Undefined for a field that is given up. Here as below messages are of proto3, so enums are open and texts are UTF-8. */
function valueIn(field: DescField): Value | undefined {
  switch (field.fieldKind) {
    case "scalar":
      return field.longAsString ? undefined : scalars[field.scalar];
    case "enum":
      return openEnum;
    case "message":
      return isWrapperDesc(field.message) || field.delimitedEncoding
        ? undefined
        : nested(field.message, field.parent);
    case "list":
      return elementOf(field);
    case "map":
      return undefined;
  }
}

function elementOf(field: DescField & { fieldKind: "list" }): Value | undefined {
  switch (field.listKind) {
    case "scalar":
      return field.longAsString ? undefined : scalars[field.scalar];
    case "enum":
      return openEnum;
    case "message":
      return field.delimitedEncoding ? undefined : nested(field.message, field.parent);
  }
}

function nested(desc: DescMessage, parent: DescMessage): Value {
  // protobuf-es holds a Struct as plain JSON, save in the messages of struct.proto itself.
  const isJson = desc.typeName === "google.protobuf.Struct" && parent.typeName !== "google.protobuf.Value";
  const read: Read = isJson ? readJsonObject : messageReader(desc);
  return { wireType: WireType.LengthDelimited, read: (source) => source.nested(read) };
}
