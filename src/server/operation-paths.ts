import { nearestOf } from "../bounds/suggestion.ts";

/** Where whoever watches over the service asks, which is no call: `operations.ts` answers there. */
export const operationPaths: ReadonlySet<string> = new Set(["/healthz", "/readyz", "/metrics"]);

/** What other services call the same. */
const namesElsewhere: ReadonlyMap<string, string> = new Map([
  ["health", "/healthz"],
  ["healthy", "/healthz"],
  ["healthcheck", "/healthz"],
  ["live", "/healthz"],
  ["livez", "/healthz"],
  ["liveness", "/healthz"],
  ["alive", "/healthz"],
  ["ping", "/healthz"],
  ["status", "/healthz"],
  ["ready", "/readyz"],
  ["readiness", "/readyz"],
  ["prometheus", "/metrics"],
]);

/** The operation that is probably meant by a path that leads nowhere, as an end of a sentence: `/health/ready` is `/readyz`. */
export function operationHint(path: string): string {
  const names = path.toLowerCase().split("/", 4).slice(1);
  if (names.at(-1) === "") names.pop();
  const [name = "", ...more] = names.reverse();
  const mistyped = more.length === 0 ? nearestOf(`/${name}`, operationPaths) : undefined;
  const meant = more.length > 1 ? undefined : (namesElsewhere.get(name) ?? mistyped);
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}
