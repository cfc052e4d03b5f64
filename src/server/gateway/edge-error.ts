import type { JsonValue } from "@bufbuild/protobuf";
import type { ErrorParts } from "./error-parts.ts";

/** Where Edge documents a code for what a reason says, of a kind of resource or of any. */
const documentedCodes: Readonly<Record<string, string>> = {
  "NOT_FOUND transaction": "mint.noSuchResource",
  NOT_FOUND: "mint.resourceDoesNotExist",
  ROUTE_NOT_FOUND: "mint.noSuchResource",
};

/** The code that Apigee Edge has, or would have, for a reason: `mint.insufficientFunds` for INSUFFICIENT_FUNDS. */
export function edgeCode({ reason, metadata }: Pick<ErrorParts, "reason" | "metadata">): string {
  const documented = documentedCodes[`${reason} ${metadata["resource"]}`] ?? documentedCodes[reason];
  return documented ?? `mint.${camelCase(reason)}`;
}

/** `insufficientFunds` for INSUFFICIENT_FUNDS. */
export function camelCase(reason: string): string {
  return reason.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The facts of an error: ErrorInfo's metadata, and each field that does not fit with what is wrong with it. */
export function edgeContexts({ metadata, details }: ErrorParts): JsonValue[] {
  const facts = Object.entries(metadata).map(([name, value]) => ({ name, value }));
  const violations = details.flatMap(({ fieldViolations }) =>
    Array.isArray(fieldViolations) ? fieldViolations.flatMap(contextOfViolation) : [],
  );
  return [...facts, ...violations];
}

function contextOfViolation(violation: JsonValue): JsonValue[] {
  if (violation === null || typeof violation !== "object" || Array.isArray(violation)) return [];
  return [{ name: violation["field"] ?? "", value: violation["description"] ?? "" }];
}
