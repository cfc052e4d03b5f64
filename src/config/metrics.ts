import { ConfigError } from "./config-error.ts";
import { parsePort } from "./port.ts";

/** Where the metrics are, and who may read them. */
export interface MetricsConfig {
  /** A port for them alone; undefined for the one port. */
  readonly port: number | undefined;
  /** Whether everybody may read them who reaches that port, or only a credential of the platform. */
  readonly access: MetricsAccess;
}

const accesses = ["open", "credential"] as const;
type MetricsAccess = (typeof accesses)[number];

/** The settings of the metrics. */
export const metricsSettings = {
  TALLYSTICK_METRICS_PORT: {
    default: "unset: on PORT",
    meaning: "A port on HOST for /metrics alone.",
    allowed: "a whole number from 1 to 65535 that is not PORT",
    parse: (text: string) => parsePort(text) || undefined,
  },
  TALLYSTICK_METRICS_ACCESS: {
    default: "open on a port of their own, credential on PORT",
    meaning: "Who may read /metrics: everybody who reaches its port, or a credential of the platform.",
    allowed: `one of ${accesses.join(", ")}`,
    parse: (text: string) => accesses.find((access) => access === text),
  },
} as const;

/** @throws ConfigError where both ports are one */
export function metricsConfigOf(
  port: number | undefined,
  access: MetricsAccess | undefined,
  onePort: number,
): MetricsConfig {
  if (port === onePort)
    throw new ConfigError(
      `TALLYSTICK_METRICS_PORT is ${port}, which is PORT: set another one, or none to have the metrics on PORT.`,
    );
  return { port, access: access ?? (port === undefined ? "credential" : "open") };
}
