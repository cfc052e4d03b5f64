import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { FieldMaskSchema } from "@bufbuild/protobuf/wkt";
import { fieldNamesIn } from "./fields.ts";

/** Whether answers have the proto's names of fields, or those of JSON. */
export type Names = "proto" | "json";

/** The text of a request, as far as it names fields. */
export interface Written {
  readonly query: string;
  readonly body: string;
  /** The names of fields of which the text has none. */
  readonly names: Names;
  /** The proto name of the field that the body is; unset where the body is the whole message. */
  readonly bodyField?: string | undefined;
  /** What the request is. */
  readonly input: DescMessage;
}

/** How a caller calls fields, looked up once in what it wrote: that may be long, and errors many. */
export interface Words {
  readonly bodyField: string | undefined;
  readonly nameOf: (name: string) => string;
}

/** The path of a field from where the caller began to write: a field that the body is has no name there. */
export function withinBody(path: string, bodyField: string | undefined): string {
  if (path === bodyField) return "";
  return bodyField !== undefined && path.startsWith(`${bodyField}.`)
    ? path.slice(bodyField.length + 1)
    : path;
}

/**
 * The name of a field of the request as it was written; what is no field, such as the key of a map, keeps its own. A field
 * mask may name what is no field either, and is read as names of the proto.
 */
export function wordsOf(written: Written): Words {
  const known = fieldNamesIn(written.input);
  const masks = written.input.fields.filter(({ message }) => message?.typeName === FieldMaskSchema.typeName);
  const names = new Map<string, string>();
  let masked: ReadonlySet<string> | undefined;
  const nameOf = (name: string) => {
    const isKnown = known.has(name);
    if (!isKnown && masks.length === 0) return name;
    masked ??= namesIn(masks, written.body);
    const found = names.get(name) ?? (isKnown ? writtenName(name, written) : maskedName(name, masked));
    names.set(name, found);
    return found;
  };
  return { bodyField: written.bodyField, nameOf };
}

function writtenName(protoName: string, { query, body, names }: Written): string {
  const jsonName = jsonNameOf(protoName);
  const [usual, other] = names === "json" ? [jsonName, protoName] : [protoName, jsonName];
  const isWritten = (name: string) => body.includes(`"${name}"`) || query.split(/[&=.]/).includes(name);
  return isWritten(other) && !isWritten(usual) ? other : usual;
}

/** What the masks of a body name. It is looked through once: it may be large, and name much that there is not. */
function namesIn(masks: readonly DescField[], body: string): ReadonlySet<string> {
  const keys = masks.flatMap(({ name, jsonName }) => [name, jsonName]).join("|");
  const texts = [...body.matchAll(new RegExp(`"(?:${keys})"\\s*:\\s*"([^"]*)"`, "g"))].map(
    ([, text]) => text,
  );
  return new Set(texts.join().match(/\w+/g));
}

/** A name that is no field's, as JSON has it where it is written so and in no other way. */
function maskedName(protoName: string, masked: ReadonlySet<string>): string {
  const jsonName = jsonNameOf(protoName);
  return masked.has(jsonName) && !masked.has(protoName) ? jsonName : protoName;
}

function jsonNameOf(protoName: string): string {
  return protoName.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
