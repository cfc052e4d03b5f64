import { type DescField, type DescMessage, type DescOneof, ScalarType } from "@bufbuild/protobuf";
import { isWrapperDesc, FeatureSet_FieldPresence as Presence } from "@bufbuild/protobuf/wkt";
import { writeJsonObject } from "./json.ts";
import { mapKeyOf } from "./map-key.ts";
import { scalars, taggedScalar } from "./scalar.ts";
import { delimited, type Write } from "./write.ts";

type Fields = Readonly<Record<string, unknown>>;
type FieldOf<Kind extends DescField["fieldKind"]> = DescField & { readonly fieldKind: Kind };
type Singular = FieldOf<"scalar" | "enum" | "message">;

const writers = new WeakMap<DescMessage, Write>();

/** Writes the fields of a message in the order of their numbers. There is one writer for each type. */
export function messageWriter(desc: DescMessage): Write {
  const known = writers.get(desc);
  if (known !== undefined) return known;
  const { typeName } = desc;
  // Made for the first message, because types may refer to one another in circles.
  let fields: readonly Write<Fields>[] | undefined;
  const writer: Write = (wire, message) => {
    if (!isObject(message) || message["$typeName"] !== typeName) throw mismatch(desc);
    if (message["$unknown"] !== undefined) throw new TypeError(`${desc} has fields that are not known`);
    fields ??= desc.fields.toSorted((one, other) => one.number - other.number).map(fieldWriter);
    for (const write of fields) write(wire, message);
  };
  writers.set(desc, writer);
  return writer;
}

/** Takes the value of a field out of a message, and writes it if it is set. */
function fieldWriter(field: DescField): Write<Fields> {
  switch (field.fieldKind) {
    case "list":
      return listWriter(field);
    case "map":
      return mapWriter(field);
    default:
      return singularWriter(field);
  }
}

function singularWriter(field: Singular): Write<Fields> {
  if (field.oneof !== undefined) return oneofWriter(field, field.oneof);
  return field.presence === Presence.IMPLICIT ? implicitWriter(field) : explicitWriter(field);
}

function oneofWriter(field: Singular, oneof: DescOneof): Write<Fields> {
  const write = singleValueWriter(field);
  return (wire, message) => {
    const chosen = message[oneof.localName];
    if (!isObject(chosen)) throw mismatch(oneof);
    if (chosen["case"] === field.localName) write(wire, chosen["value"]);
  };
}

function implicitWriter(field: Singular): Write<Fields> {
  const { localName } = field;
  const { isZero } = scalars[field.scalar ?? ScalarType.INT32];
  const write = singleValueWriter(field);
  return (wire, message) => {
    const value = message[localName];
    if (!isZero(value)) write(wire, value);
  };
}

function explicitWriter(field: Singular): Write<Fields> {
  const { localName } = field;
  const isRequired = field.presence === Presence.LEGACY_REQUIRED;
  const write = singleValueWriter(field);
  return (wire, message) => {
    const value = message[localName];
    // What is inherited is the default of proto2, and not set.
    if (value !== undefined && Object.hasOwn(message, localName)) write(wire, value);
    else if (isRequired) throw mismatch(field);
  };
}

function listWriter(field: FieldOf<"list">): Write<Fields> {
  const { localName } = field;
  const write = valuesWriter(field);
  return (wire, message) => {
    const values = message[localName];
    if (!Array.isArray(values)) throw mismatch(field);
    if (values.length > 0) write(wire, values);
  };
}

function mapWriter(field: FieldOf<"map">): Write<Fields> {
  const { localName, number, mapKey } = field;
  const writeKey = taggedScalar(1, mapKey);
  const writeValue = valueWriter(field, 2);
  const write = delimited(number, (wire, [key, value]: readonly [string, unknown]) => {
    writeKey(wire, mapKeyOf(key, mapKey));
    writeValue(wire, value);
  });
  return (wire, message) => {
    const map = message[localName];
    if (!isObject(map)) throw mismatch(field);
    for (const entry of Object.entries(map)) write(wire, entry);
  };
}

/** Writes the value of a singular field. */
function singleValueWriter(field: Singular): Write {
  const { message, oneof, number } = field;
  // protobuf-es unwraps the wrapper types here, and nowhere else.
  const isUnwrapped = message !== undefined && oneof === undefined && isWrapperDesc(message);
  return isUnwrapped ? delimited(number, wrappedWriter(message)) : valueWriter(field, number);
}

/** Writes the one field of a wrapper type from its value. */
function wrappedWriter(wrapper: DescMessage): Write {
  const [field] = wrapper.fields;
  if (field?.fieldKind !== "scalar") throw new TypeError(`${wrapper} wraps no scalar`);
  const { isZero } = scalars[field.scalar];
  const write = taggedScalar(field.number, field.scalar);
  return (wire, value) => {
    if (!isZero(value)) write(wire, value);
  };
}

/** Writes the values of a repeated field, of which there is at least one. */
function valuesWriter(field: FieldOf<"list">): Write<readonly unknown[]> {
  const { number, packed } = field;
  const write = packed ? scalars[field.scalar ?? ScalarType.INT32].write : valueWriter(field, number);
  const writeEach: Write<readonly unknown[]> = (wire, values) => {
    for (const value of values) write(wire, value);
  };
  return packed ? delimited(number, writeEach) : writeEach;
}

/** Writes one value under a number: that of its field, or 2 for the value of a map's entry. */
function valueWriter(field: DescField, number: number): Write {
  const { message, parent } = field;
  if (message === undefined) return taggedScalar(number, field.scalar ?? ScalarType.INT32);
  if ("delimitedEncoding" in field && field.delimitedEncoding) return refuseGroup;
  // protobuf-es holds a Struct as plain JSON, save in the messages of struct.proto itself.
  const isJson = message.typeName === "google.protobuf.Struct" && parent.typeName !== "google.protobuf.Value";
  return delimited(number, isJson ? writeJsonObject : messageWriter(message));
}

function refuseGroup(): never {
  throw new TypeError("a group is not covered");
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function mismatch(desc: DescMessage | DescOneof | DescField): TypeError {
  return new TypeError(`the value is not for ${desc}`);
}
