import type { DescService } from "@bufbuild/protobuf";
import type { Limits } from "../limits.ts";
import { healthServices } from "./health.ts";
import { reflectionServices } from "./reflection.ts";

/** Full names of the services that everybody may call: they say nothing about anyone. */
export const openServices: ReadonlySet<string> = new Set([...healthServices, ...reflectionServices]);

/** Most bytes of a request to a service: nobody is asked who they are at the open ones, so nobody may send much. */
export function requestBytesMaxOf({ typeName }: DescService, limits: Limits): number {
  return openServices.has(typeName) ? limits.openRequestBytesMax : limits.requestBytesMax;
}
