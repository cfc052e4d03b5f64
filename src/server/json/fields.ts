import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { hasCustomJsonRepresentation } from "@bufbuild/protobuf/wkt";

const fieldsByName = new WeakMap<DescMessage, ReadonlyMap<string, DescField>>();

/** The field that a caller names, by its proto name or its JSON name. */
export function findField(message: DescMessage, name: string): DescField | undefined {
  let fields = fieldsByName.get(message);
  if (!fields) {
    fields = new Map([
      ...message.fields.map((field) => [field.jsonName, field] as const),
      ...message.fields.map((field) => [field.name, field] as const),
    ]);
    fieldsByName.set(message, fields);
  }
  return fields.get(name);
}

/** What a message can hold. */
interface Contents {
  readonly messages: ReadonlySet<DescMessage>;
  readonly fieldNames: ReadonlySet<string>;
}

const contents = new WeakMap<DescMessage, Contents>();

function contentsOf(message: DescMessage): Contents {
  const known = contents.get(message);
  if (known !== undefined) return known;
  const messages = new Set([message]);
  for (const each of messages)
    for (const field of each.fields) if (hasFields(field)) messages.add(field.message);
  const fieldNames = new Set([...messages].flatMap(({ fields }) => fields.map(({ name }) => name)));
  contents.set(message, { messages, fieldNames });
  return { messages, fieldNames };
}

/** The types of messages that a message can hold, its own among them. */
export function messagesIn(message: DescMessage): ReadonlySet<DescMessage> {
  return contentsOf(message).messages;
}

/** The proto names of the fields of a message and of those within it. */
export function fieldNamesIn(message: DescMessage): ReadonlySet<string> {
  return contentsOf(message).fieldNames;
}

/** Whether a field's values (elements, for lists and maps) are messages with fields, not scalars or well-known types. */
export function hasFields(field: DescField): field is DescField & { message: DescMessage } {
  return field.message !== undefined && !hasCustomJsonRepresentation(field.message);
}

/** The fields that a dotted path leads through; undefined where it leads nowhere or through a list or map. */
export function findFieldPath(message: DescMessage, path: string): readonly DescField[] | undefined {
  const fields: DescField[] = [];
  let parent: DescMessage | undefined = message;
  for (const name of path.split(".")) {
    const field: DescField | undefined = parent && findField(parent, name);
    if (!field) return undefined;
    fields.push(field);
    parent = field.fieldKind === "message" && hasFields(field) ? field.message : undefined;
  }
  return fields;
}

/** Writes a path of fields with their proto names. */
export function formatFieldPath(path: readonly DescField[]): string {
  return path.map((field) => field.name).join(".");
}
