import { type OpenApi, resolved, type Schema, schemaNameOf } from "./open-api.ts";

/** A table of the properties of an object, in Markdown; empty where it has none. */
export function propertiesTable(schema: Schema): string {
  const required = new Set(schema.required);
  const rows = Object.entries(schema.properties ?? {}).map(
    ([name, property]) =>
      `| \`${name}\`${required.has(name) ? ", required" : ""} | ${typeOf(property)} | ${cell(property.description ?? "")} |\n`,
  );
  return rows.length === 0 ? "" : `| field | type | what it is |\n|---|---|---|\n${rows.join("")}`;
}

/** What a value is, with a link to the message where it is one. */
export function typeOf(schema: Schema): string {
  const name = schemaNameOf(schema);
  if (name !== undefined) return `[${name}](#${name.toLowerCase()})`;
  if (schema.oneOf !== undefined) return schema.oneOf.map(typeOf).join(" or ");
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.format === "date-time") return "time";
  if (typeof schema.additionalProperties === "object") return `map to ${typeOf(schema.additionalProperties)}`;
  const types = [schema.type ?? "any"].flat().join(" or ");
  return schema.format === undefined ? types : `${types} (${schema.format})`;
}

/** A text as a cell of a table. */
export function cell(text: string): string {
  return text.replaceAll("|", "\\|").replace(/\s*\n\s*(?:- )?/g, "<br>");
}

/** The messages that schemas hold, each once, in the order of their names. */
export function messagesIn(
  document: OpenApi,
  schemas: readonly Schema[],
): readonly (readonly [string, Schema])[] {
  const found = new Map<string, Schema>();
  const look = (schema: Schema): void => {
    const name = schemaNameOf(schema);
    if (name !== undefined) {
      if (found.has(name)) return;
      const message = resolved<Schema>(document, { $ref: schema.$ref ?? "" });
      found.set(name, message);
      look(message);
      return;
    }
    const { items, additionalProperties, properties = {}, oneOf = [] } = schema;
    for (const each of [...Object.values(properties), ...oneOf]) look(each);
    if (items !== undefined) look(items);
    if (typeof additionalProperties === "object") look(additionalProperties);
  };
  for (const schema of schemas) look(schema);
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1));
}
