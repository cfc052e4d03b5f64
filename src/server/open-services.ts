import { healthServices } from "./health.ts";
import { reflectionServices } from "./reflection.ts";

/** Full names of the services that everybody may call: they say nothing about anyone. */
export const openServices: ReadonlySet<string> = new Set([...healthServices, ...reflectionServices]);
