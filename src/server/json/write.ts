import { create, type DescField, type DescMessage, type Message } from "@bufbuild/protobuf";
import { isScalarZeroValue, scalarZeroValue } from "@bufbuild/protobuf/reflect";
import {
  AnySchema,
  hasCustomJsonRepresentation,
  FeatureSet_FieldPresence as Presence,
} from "@bufbuild/protobuf/wkt";
import { printed } from "../../../gen/tallystick/options/v1/options_pb.ts";
import { knownOption } from "../../bounds/known-option.ts";
import { HeldAny } from "../../errors/held-any.ts";
import type { WrittenJson } from "./exact.ts";
import { hasFields } from "./fields.ts";
import type { Held } from "./held.ts";
import { type LeafWriter, leafWriter, writeWellKnown } from "./leaf-writer.ts";
import type { WriteOptions } from "./write-options.ts";

/** What is known of a field before there is a message. */
interface FieldWriter {
  readonly field: DescField;
  /** The value of the field; undefined where it is not set. */
  readonly valueIn: (message: Held) => unknown;
  readonly write: LeafWriter;
  /** What stands for a value that is not set; undefined where the field can do without one. */
  readonly zero: unknown;
  /** Whether it has the option `printed`. */
  readonly isMarked: boolean;
}

const writers = new WeakMap<DescMessage, readonly FieldWriter[]>();

/** Writes a message, or only the value of its field `part` if that is given, as a JSON value. */
export function writeMessage(
  desc: DescMessage,
  message: Message,
  options: WriteOptions,
  part?: DescField,
): WrittenJson {
  const fields = message as unknown as Held;
  if (part !== undefined) return writePart(writerOf(desc, part), fields, options);
  return hasCustomJsonRepresentation(desc)
    ? writeWellKnown(desc, message, options)
    : writeFields(desc, fields, options);
}

function writerOf(desc: DescMessage, part: DescField): FieldWriter {
  const writer = writersOf(desc).find(({ field }) => field === part);
  if (writer === undefined) throw new TypeError(`${part} is not of ${desc}`);
  return writer;
}

function writePart(writer: FieldWriter, message: Held, options: WriteOptions): WrittenJson {
  const value = writer.valueIn(message);
  return value === undefined ? writeUnset(writer, options) : writer.write(value, options);
}

/** An unset field that has to be a body all the same: the default value, the empty message, or null. */
function writeUnset({ field, write, zero }: FieldWriter, options: WriteOptions): WrittenJson {
  if (field.fieldKind === "message" && hasFields(field)) return write(create(field.message), options);
  return zero === undefined ? null : write(zero, options);
}

function writeFields(desc: DescMessage, message: Held, options: WriteOptions): Record<string, WrittenJson> {
  const json: Record<string, WrittenJson> = {};
  for (const writer of writersOf(desc)) {
    const { field, valueIn, write } = writer;
    const value = valueIn(message);
    const written = value === undefined ? unsetJson(writer, options) : write(value, options);
    if (written !== undefined) json[options.names === "proto" ? field.name : field.jsonName] = written;
  }
  return json;
}

/** What is printed for a field that is not set; undefined where nothing is. */
function unsetJson(
  { field, write, zero, isMarked }: FieldWriter,
  options: WriteOptions,
): WrittenJson | undefined {
  const { unsetFields } = options;
  if (unsetFields === "omitted") return undefined;
  const isList = field.fieldKind === "list";
  if (unsetFields !== "printed") {
    if (!isMarked && !(isList && unsetFields === "lists printed")) return undefined;
    return isList ? [] : "";
  }
  if (zero !== undefined) return write(zero, options);
  return isUnsetMessage(field) ? null : undefined;
}

function isUnsetMessage(field: DescField): boolean {
  return field.fieldKind === "message" && field.oneof === undefined && !field.proto.proto3Optional;
}

function writersOf(desc: DescMessage): readonly FieldWriter[] {
  const known = writers.get(desc);
  if (known !== undefined) return known;
  const made = desc.fields.map((field) => ({
    field,
    valueIn: getterOf(field),
    write: fieldWriter(field),
    zero: field.presence === Presence.IMPLICIT ? zeroOf(field) : undefined,
    isMarked: knownOption(field, printed),
  }));
  writers.set(desc, made);
  return made;
}

function getterOf(field: DescField): FieldWriter["valueIn"] {
  const { localName, oneof } = field;
  if (oneof !== undefined)
    return (message) => {
      const chosen = message[oneof.localName] as Held;
      return chosen["case"] === localName ? held(field, chosen["value"]) : undefined;
    };
  if (field.presence !== Presence.IMPLICIT)
    return (message) => (Object.hasOwn(message, localName) ? message[localName] : undefined);
  const isZero = zeroTest(field);
  return (message) => {
    const value = held(field, message[localName]);
    return isZero(value) ? undefined : value;
  };
}

/** A value that has to be there; else it would be told as one that is not set. */
function held(field: DescField, value: unknown): unknown {
  if (value === undefined) throw new TypeError(`there is no value for ${field}`);
  return value;
}

function zeroTest(field: DescField): (value: unknown) => boolean {
  if (field.fieldKind === "list") return (value) => (value as readonly unknown[]).length === 0;
  if (field.fieldKind === "map") return (value) => Object.keys(value as Held).length === 0;
  if (field.fieldKind === "scalar") return (value) => isScalarZeroValue(field.scalar, value);
  const zero = zeroOf(field);
  return (value) => value === zero;
}

/** What protobuf-es holds for a field without presence that is not set. */
function zeroOf(field: DescField): unknown {
  switch (field.fieldKind) {
    case "list":
      return [];
    case "map":
      return {};
    case "scalar":
      return scalarZeroValue(field.scalar, false);
    case "enum":
      return field.enum.values[0]?.number;
    case "message":
      return undefined;
  }
}

function fieldWriter(field: DescField): LeafWriter {
  const write = valueWriter(field);
  switch (field.fieldKind) {
    case "list":
      return (values, options) => (values as readonly unknown[]).map((value) => write(value, options));
    case "map":
      return (values, options) => {
        const json: Record<string, WrittenJson> = {};
        for (const [key, value] of Object.entries(values as Held)) json[key] = write(value, options);
        return json;
      };
    default:
      return write;
  }
}

function valueWriter(field: DescField): LeafWriter {
  if (field.message?.typeName === AnySchema.typeName) return writeAny;
  if (!hasFields(field)) return leafWriter(field);
  const { message } = field;
  return (value, options) => writeFields(message, value as Held, options);
}

/** What protobuf-es prints of an unset field within an Any is only the same where that is nothing. */
function writeAny(value: unknown, options: WriteOptions): WrittenJson {
  const isPlain = value instanceof HeldAny && !hasCustomJsonRepresentation(value.desc);
  if (!isPlain || options.unsetFields === "printed")
    return writeWellKnown(AnySchema, value as Message, options);
  const json = writeFields(value.desc, value.message as unknown as Held, {
    ...options,
    unsetFields: "omitted",
  });
  json["@type"] = value.typeUrl;
  return json;
}
