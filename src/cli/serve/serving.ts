import type { Logger } from "pino";
import type { Config } from "../../config.ts";
import type { Address } from "../../server/connections/port.ts";
import { builtPages } from "../../server/pages/built-pages.ts";
import type { Tls } from "../../server/tls/tls.ts";
import type { ServiceOptions } from "../../service.ts";
import type { Prepared } from "./prepare.ts";

/** Stops something; running calls get `graceMs` to end where that is said. */
export type Stop = (graceMs?: number) => Promise<void>;

export interface ServingOptions {
  readonly databaseUrl: string;
  readonly config: Config;
  /** Undefined where nothing is encrypted. */
  readonly tls: Tls | undefined;
  readonly log: Logger;
  /** Gets what stops whatever was started, in that order. */
  readonly stops: Stop[];
}

/** The service while it serves. */
export interface Serving {
  readonly address: Address;
  readonly prepared: Prepared | undefined;
  /** Says from now on to who watches that nobody should come any more, and serves who comes all the same. */
  leave(): void;
  /** Resolves with a reason when it cannot go on. */
  readonly failed: Promise<string>;
}

/** What the settings say of a process that serves. */
export function serviceOptionsOf(config: Config, tls: Tls | undefined): ServiceOptions {
  if ((tls === undefined) !== (config.tls === undefined)) throw new Error("there is no certificate");
  const { creditProducts, isToDistribute, issuers, metrics, origins, proxies, workers: processes } = config;
  const limits = { ...config.bounds.limits, graceMs: config.lifecycle.shutdownGraceMs };
  const loggedCalls = config.log.calls;
  const pages = config.hasPages ? builtPages() : undefined;
  const options = {
    creditProducts,
    isToDistribute,
    issuers,
    loggedCalls,
    metrics,
    origins,
    pages,
    proxies,
    processes,
    ...config.bounds,
    limits,
  };
  return tls === undefined ? options : { ...options, tls };
}
