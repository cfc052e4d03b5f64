import { create, type DescField, type DescMessage, isFieldSet, type Message } from "@bufbuild/protobuf";
import type { Held } from "./held.ts";

/** A message to fill, with its type. protobuf-es can reflect upon one, too, but makes two maps for each. */
export interface Target {
  readonly desc: DescMessage;
  readonly message: Message;
}

/** Sets a field, appends to a list, or sets what a map has at a key: a value in the form in which protobuf-es holds it. */
export function put({ message }: Target, field: DescField, value: unknown, mapKey: string): void {
  const fields = message as unknown as Held;
  switch (field.fieldKind) {
    case "list":
      (fields[field.localName] as unknown[]).push(value);
      return;
    case "map":
      (fields[field.localName] as Held)[mapKey] = value;
      return;
    default:
      if (field.oneof === undefined) fields[field.localName] = value;
      else fields[field.oneof.localName] = { case: field.localName, value };
  }
}

/** The value of a field in the form in which protobuf-es holds it; undefined where it is not set. */
export function valueIn({ message }: Target, field: DescField): unknown {
  if (!isFieldSet(message, field)) return undefined;
  const fields = message as unknown as Held;
  return field.oneof === undefined
    ? fields[field.localName]
    : (fields[field.oneof.localName] as { value: unknown }).value;
}

/** The message that holds the last field of a path; those on the way are set where they were not. */
export function parentOf(root: Target, path: readonly DescField[]): Target {
  let parent = root;
  for (let index = 0; index < path.length - 1; index += 1) {
    const field = path[index];
    if (field?.fieldKind !== "message") throw new Error(`${field} is not a message`);
    const { message: desc } = field;
    const message = (valueIn(parent, field) as Message | undefined) ?? create(desc);
    put(parent, field, message, "");
    parent = { desc, message };
  }
  return parent;
}

/** Whether a map has a value at a key. */
export function hasEntry({ message }: Target, { localName }: DescField, mapKey: string): boolean {
  return Object.hasOwn((message as unknown as Held)[localName] as Held, mapKey);
}

/** The other member of a field's oneof, if that is set already. */
export function oneofRival({ message }: Target, { oneof, localName }: DescField): DescField | undefined {
  if (oneof === undefined) return undefined;
  const { case: set } = (message as unknown as Held)[oneof.localName] as { case: string | undefined };
  return set === localName ? undefined : oneof.fields.find((field) => field.localName === set);
}
