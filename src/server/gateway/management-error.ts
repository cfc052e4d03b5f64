import { camelCase } from "./edge-error.ts";
import type { ErrorParts } from "./error-parts.ts";

/** What clients of Edge's management interface look for, of a kind of resource. */
const knownCodes: Readonly<Record<string, string>> = {
  "NOT_FOUND customer": "developer.service.DeveloperIdDoesNotExist",
  "ALREADY_EXISTS customer": "developer.service.DeveloperAlreadyExists",
  "NOT_FOUND attribute": "organizations.keymanagement.AttributeDoesntExist",
};

/** The code that Edge's management interface has, or would have, for an error. */
export function managementCode({ reason, metadata }: Pick<ErrorParts, "reason" | "metadata">): string {
  const known = knownCodes[`${reason} ${metadata["resource"]}`];
  const [first = "", ...rest] = camelCase(reason);
  return known ?? `organizations.keymanagement.${first.toUpperCase()}${rest.join("")}`;
}
