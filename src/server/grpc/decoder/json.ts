import { giveUp, type Source } from "./source.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

// The tags of google/protobuf/struct.proto.
const entryTag = 0x0a;
const keyTag = 0x0a;
const valueTag = 0x12;
const nullTag = 0x08;
const numberTag = 0x11;
const stringTag = 0x1a;
const boolTag = 0x20;
const structTag = 0x2a;
const listTag = 0x32;
const elementTag = 0x0a;

/** A google.protobuf.Struct, which protobuf-es holds as plain JSON. */
export function readJsonObject(source: Source): { [key: string]: Json } {
  const json: { [key: string]: Json } = {};
  while (!source.isAtEnd) {
    if (source.short() !== entryTag) giveUp();
    const [key, value] = source.nested(readEntry);
    json[key] = value;
  }
  return json;
}

function readEntry(source: Source): readonly [string, Json] {
  if (source.short() !== keyTag) giveUp();
  const key = source.text();
  if (key === "__proto__" || source.short() !== valueTag) giveUp();
  const value = source.nested(readValue);
  return source.isAtEnd ? [key, value] : giveUp();
}

function readValue(source: Source): Json {
  if (source.isAtEnd) return null;
  const value = readKind(source);
  return source.isAtEnd ? value : giveUp();
}

function readKind(source: Source): Json {
  switch (source.short()) {
    case nullTag:
      source.short();
      return null;
    case numberTag:
      return source.double();
    case stringTag:
      return source.text();
    case boolTag: {
      const value = source.short();
      return value > 1 ? giveUp() : value === 1;
    }
    case structTag:
      return source.nested(readJsonObject);
    case listTag:
      return source.nested(readJsonArray);
    default:
      return giveUp();
  }
}

function readJsonArray(source: Source): Json[] {
  const json: Json[] = [];
  while (!source.isAtEnd) {
    if (source.short() !== elementTag) giveUp();
    json.push(source.nested(readValue));
  }
  return json;
}
