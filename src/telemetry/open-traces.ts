import type { Logger } from "pino";
import type { TracesConfig } from "../config/traces.ts";
import type { Traces } from "./traces.ts";

/** Loads what makes spans, which takes memory and time that a service without traces does not give. */
export async function openTraces(
  config: TracesConfig,
  options: { readonly version: string; readonly log: Logger },
): Promise<Traces> {
  const { createTraces } = await import("./spans/spans.ts");
  return createTraces(config, options);
}
