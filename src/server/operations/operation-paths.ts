import { nearestOf } from "../../bounds/suggestion.ts";

/** Where whoever watches over the service asks, which is no call: `operations.ts` answers there. */
export const operationPaths: ReadonlySet<string> = new Set(["/healthz", "/readyz", "/metrics"]);

/** What other services call the same. */
const namesElsewhere: ReadonlyMap<string, string> = new Map([
  ["health", "/healthz"],
  ["healthy", "/healthz"],
  ["healthcheck", "/healthz"],
  ["health-check", "/healthz"],
  ["live", "/healthz"],
  ["livez", "/healthz"],
  ["liveness", "/healthz"],
  ["up", "/healthz"],
  ["alive", "/healthz"],
  ["ping", "/healthz"],
  ["status", "/healthz"],
  ["ready", "/readyz"],
  ["readiness", "/readyz"],
  ["prometheus", "/metrics"],
]);

/** What other services have in front of it: `/actuator/health/readiness`, `/q/health/live`. */
const prefixesElsewhere: ReadonlySet<string> = new Set(["actuator", "api", "health", "q"]);

/** The operation that is probably meant by a path that leads nowhere, as an end of a sentence: `/health/ready` is `/readyz`. */
export function operationHint(path: string): string {
  const [, ...names] = path.toLowerCase().split("/", segmentsMax + 2);
  if (names.at(-1) === "") names.pop();
  const name = names.pop() ?? "";
  if (names.length >= segmentsMax || !names.every((prefix) => prefixesElsewhere.has(prefix))) return "";
  const mistyped = names.length === 0 ? nearestOf(`/${name}`, operationPaths) : undefined;
  const meant = namesElsewhere.get(name) ?? mistyped;
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}

const segmentsMax = 3;
