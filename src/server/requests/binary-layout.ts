import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import { isOpenJson } from "../json/open-types.ts";

/** How the bytes of a message follow each other. */
export interface MessageLayout {
  readonly fields: ReadonlyMap<number, FieldLayout>;
  /** Tags that are no values of their own: those of an entry's key and value, and the kind of a google.protobuf.Value. */
  readonly tagsFree: number;
  /** Whether it is an entry of a map, of which protobuf-es does not skip what it does not know. */
  readonly isEntry: boolean;
}

export interface FieldLayout {
  /** Empty where nobody writes it in JSON, as `fields` of a google.protobuf.Struct. */
  readonly name: string;
  /** Whether it is a list or a map. */
  readonly repeats: boolean;
  /** Of one value. */
  readonly wireType: WireType;
  /** Whether many values may come behind one tag. */
  readonly packs: boolean;
  /** The layout of its messages, or of its entries; undefined for anything else. */
  readonly message: (() => MessageLayout) | undefined;
}

const layouts = new WeakMap<DescMessage, MessageLayout>();

/** The layout of a type's messages. */
export function layoutOf(desc: DescMessage): MessageLayout {
  let layout = layouts.get(desc);
  if (layout === undefined) {
    const isJson = isOpenJson(desc);
    const fields = new Map(
      desc.fields.map((field) => [field.number, fieldLayout(field, isJson ? "" : field.name)]),
    );
    const tagsFree = desc.typeName === "google.protobuf.Value" ? 1 : 0;
    layout = { fields, tagsFree, isEntry: false };
    layouts.set(desc, layout);
  }
  return layout;
}

/** @throws Error for a field of the kind that no proto of ours has: a group. */
function fieldLayout(field: DescField, name: string): FieldLayout {
  switch (field.fieldKind) {
    case "map": {
      const entry = entryLayout(field);
      return messages(name, true, () => entry);
    }
    case "message":
      if (field.delimitedEncoding) throw new Error(`${field} is a group`);
      return messages(name, false, () => layoutOf(field.message));
    case "list": {
      if (field.listKind !== "message") return scalars(name, true, field.scalar);
      if (field.delimitedEncoding) throw new Error(`${field} is a group`);
      const { message } = field;
      return messages(name, true, () => layoutOf(message));
    }
    default:
      return scalars(name, false, field.scalar);
  }
}

function entryLayout(field: DescField & { fieldKind: "map" }): MessageLayout {
  const { message } = field;
  const key = scalars("", false, field.mapKey);
  const value =
    message === undefined ? scalars("", false, field.scalar) : messages("", false, () => layoutOf(message));
  const fields = new Map([
    [1, key],
    [2, value],
  ]);
  return { fields, tagsFree: 2, isEntry: true };
}

function messages(name: string, repeats: boolean, message: () => MessageLayout): FieldLayout {
  return { name, repeats, wireType: WireType.LengthDelimited, packs: false, message };
}

/** An enum has no scalar, and is a varint. */
function scalars(name: string, repeats: boolean, scalar: ScalarType | undefined): FieldLayout {
  const wireType = wireTypeOf(scalar);
  return {
    name,
    repeats,
    wireType,
    packs: repeats && wireType !== WireType.LengthDelimited,
    message: undefined,
  };
}

function wireTypeOf(scalar: ScalarType | undefined): WireType {
  switch (scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return WireType.LengthDelimited;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return WireType.Bit64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return WireType.Bit32;
    default:
      return WireType.Varint;
  }
}
