import { errorOf } from "../shared/errors.ts";

/** What was looked for by a name. NOT_FOUND where there is none. */
export function found<T>(kind: "developer" | "app group", value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  const message = `${kind} ${name} was not found`;
  throw errorOf({ reason: "NOT_FOUND", resource: "customer", name }, { message });
}
