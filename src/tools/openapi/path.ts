import type { Binding } from "../../server/gateway/binding.ts";
import type { MessageSchemas } from "./message-schemas.ts";
import { parameterName } from "./parameters.ts";

/**
 * The path of a binding, with its variables as OpenAPI has them.
 *
 * @throws Error for a variable of several segments, which OpenAPI cannot say.
 */
export function pathOf({ template, pathFields }: Binding, messages: MessageSchemas): string {
  const segments = template.segments.map((segment, index) => {
    if (segment.kind === "literal") return segment.text;
    const variable = template.variables.findIndex(({ start, end }) => start === index && end === index + 1);
    const fields = pathFields[variable];
    if (fields === undefined) throw new Error(`OpenAPI has no words for ${template.source}`);
    return `{${parameterName(fields, messages)}}`;
  });
  return `/${segments.join("/")}${template.verb === "" ? "" : `:${template.verb}`}`;
}
