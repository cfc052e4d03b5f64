import type { Logger } from "pino";
import type { Config } from "../../config.ts";
import type { Address } from "../../server/port.ts";
import type { ServiceOptions } from "../../service.ts";
import type { Prepared } from "./prepare.ts";

/** Stops something; running calls get `graceMs` to end where that is said. */
export type Stop = (graceMs?: number) => Promise<void>;

export interface ServingOptions {
  readonly databaseUrl: string;
  readonly config: Config;
  readonly log: Logger;
  /** Gets what stops whatever was started, in that order. */
  readonly stops: Stop[];
}

/** The service while it serves. */
export interface Serving {
  readonly address: Address;
  readonly prepared: Prepared | undefined;
  /** Resolves with a reason when it cannot go on. */
  readonly failed: Promise<string>;
}

/** What the settings say of a process that serves. */
export function serviceOptionsOf(config: Config): ServiceOptions {
  const { connectionsPerAddress, creditProducts, isToDistribute, issuers, origins, proxies, workers } =
    config;
  const limits = { connectionsPerAddressMax: connectionsPerAddress };
  return { creditProducts, isToDistribute, issuers, limits, origins, proxies, processes: workers };
}
