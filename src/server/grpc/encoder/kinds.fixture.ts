import {
  create,
  createFileRegistry,
  type DescFile,
  type DescMessage,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  type FieldDescriptorProtoSchema,
  FieldOptions_JSType,
  FileDescriptorProtoSchema,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";

type FieldInit = MessageInitShape<typeof FieldDescriptorProtoSchema>;

const files: readonly DescFile[] = [
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
];

const numeric = [
  Type.DOUBLE,
  Type.FLOAT,
  Type.INT64,
  Type.UINT64,
  Type.INT32,
  Type.FIXED64,
  Type.FIXED32,
  Type.BOOL,
  Type.UINT32,
  Type.SFIXED32,
  Type.SFIXED64,
  Type.SINT32,
  Type.SINT64,
];
const floating = [Type.DOUBLE, Type.FLOAT];
const scalars = [...numeric, Type.STRING, Type.BYTES];

/** What a field may hold. */
const kinds: readonly FieldInit[] = [
  ...scalars.map((type) => ({ name: `of_${Type[type].toLowerCase()}`, type })),
  { name: "of_color", type: Type.ENUM, typeName: ".test.Color" },
  { name: "of_kinds", type: Type.MESSAGE, typeName: ".test.Kinds" },
  ...["Timestamp", "Struct", "Value", "ListValue"].map(wellKnown),
  ...["Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes"].map((wrapped) =>
    wellKnown(`${wrapped}Value`),
  ),
];

function wellKnown(name: string): FieldInit {
  return { name: `of_${name.toLowerCase()}`, type: Type.MESSAGE, typeName: `.google.protobuf.${name}` };
}

/** Each kind in each place: alone, with presence, repeated, in a oneof and in a map; and each kind of key. */
function describeKinds() {
  const fields: FieldInit[] = [];
  const entries: ReturnType<typeof describeEntry>[] = [];
  const map = (name: string, key: FieldInit, value: FieldInit) => {
    entries.push(describeEntry(name, key, value));
    const typeName = `.test.Kinds.${entryName(name)}`;
    fields.push({ name, type: Type.MESSAGE, typeName, label: Label.REPEATED });
  };
  for (const kind of kinds) {
    fields.push({ ...kind, name: `single_${kind.name}` });
    fields.push({ ...kind, name: `list_${kind.name}`, label: Label.REPEATED });
    fields.push({ ...kind, name: `choice_${kind.name}`, oneofIndex: 0 });
    map(`map_${kind.name}`, { type: Type.STRING }, kind);
  }
  const optional = kinds.filter(({ type }) => type !== Type.MESSAGE);
  for (const [index, kind] of optional.entries()) {
    fields.push({ ...kind, name: `optional_${kind.name}`, proto3Optional: true, oneofIndex: index + 1 });
  }
  for (const type of numeric) {
    const label = Label.REPEATED;
    fields.push({ name: `unpacked_${Type[type].toLowerCase()}`, type, label, options: { packed: false } });
  }
  for (const type of scalars.filter((each) => ![...floating, Type.BYTES].includes(each))) {
    map(`keys_${Type[type].toLowerCase()}`, { type }, { type: Type.STRING });
  }
  return create(DescriptorProtoSchema, {
    name: "Kinds",
    // Numbers of one byte and of more, against the order of the fields.
    field: fields.map((field, index) => ({ ...field, number: (fields.length - index) ** 2 })),
    oneofDecl: [{ name: "choice" }, ...optional.map(({ name }) => ({ name: `_optional_${name}` }))],
    nestedType: entries,
  });
}

function describeEntry(name: string, key: FieldInit, value: FieldInit) {
  return create(DescriptorProtoSchema, {
    name: entryName(name),
    field: [
      { ...key, name: "key", number: 1 },
      { ...value, name: "value", number: 2 },
    ],
    options: { mapEntry: true },
  });
}

function entryName(field: string): string {
  const words = field.split("_").map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `${words.join("")}Entry`;
}

const color = {
  name: "Color",
  value: [
    { name: "COLOR_UNSPECIFIED", number: 0 },
    { name: "RED", number: 1 },
  ],
};

const proto3 = create(FileDescriptorProtoSchema, {
  name: "kinds.proto",
  package: "test",
  syntax: "proto3",
  dependency: files.map(({ proto }) => proto.name),
  messageType: [
    describeKinds(),
    create(DescriptorProtoSchema, {
      name: "Longs",
      field: [
        { name: "as_text", number: 1, type: Type.INT64, options: { jstype: FieldOptions_JSType.JS_STRING } },
      ],
    }),
  ],
  enumType: [color],
});

const proto2 = create(FileDescriptorProtoSchema, {
  name: "old.proto",
  package: "old",
  syntax: "proto2",
  messageType: [
    {
      name: "Old",
      field: [
        ...scalars.map((type, index) => ({
          name: `single_${Type[type].toLowerCase()}`,
          number: index + 1,
          type,
          defaultValue: type === Type.BOOL ? "true" : "1",
        })),
        { name: "list", number: 30, type: Type.INT32, label: Label.REPEATED },
        { name: "packed", number: 31, type: Type.INT32, label: Label.REPEATED, options: { packed: true } },
      ],
    },
    { name: "Strict", field: [{ name: "must", number: 1, type: Type.INT32, label: Label.REQUIRED }] },
    {
      name: "Grouped",
      field: [{ name: "group", number: 1, type: Type.GROUP, typeName: ".old.Grouped.Group" }],
      nestedType: [{ name: "Group", field: [{ name: "text", number: 1, type: Type.STRING }] }],
    },
  ],
});

function find(file: typeof proto3, typeName: string): DescMessage {
  const registry = createFileRegistry(file, (name) => files.find(({ proto }) => proto.name === name));
  const desc = registry.getMessage(typeName);
  if (desc === undefined) throw new Error(`there is no ${typeName}`);
  return desc;
}

/** Every kind of field of proto3. */
export const kindsDesc = find(proto3, "test.Kinds");
/** An integer of 64 bits that is held as text. */
export const longsDesc = find(proto3, "test.Longs");
/** Fields of proto2, which have defaults. */
export const oldDesc = find(proto2, "old.Old");
/** A field that must be set. */
export const strictDesc = find(proto2, "old.Strict");
/** A group, which has no length before it. */
export const groupedDesc = find(proto2, "old.Grouped");
