import { createContextValues } from "@connectrpc/connect";
import type { Logger } from "pino";
import { callerError } from "./api/shared/caller-error.ts";
import { admitKnown } from "./api/shared/known-callers.ts";
import type { App } from "./app.ts";
import { authorize, callerOf } from "./auth/caller.ts";
import { permissionsIn } from "./auth/permissions.ts";
import type { MetricsConfig } from "./config/metrics.ts";
import { codeName } from "./errors/explained.ts";
import { BatchCounts } from "./metrics/counts/batch-counts.ts";
import { CallCounts } from "./metrics/counts/call-counts.ts";
import { exposition } from "./metrics/exposition.ts";
import { callFamilies } from "./metrics/families/calls.ts";
import { databaseFamilies } from "./metrics/families/database.ts";
import { ledgerFamilies } from "./metrics/families/ledger.ts";
import { overloadFamilies } from "./metrics/families/overload.ts";
import { portFamilies } from "./metrics/families/port.ts";
import { serviceFamilies } from "./metrics/families/service.ts";
import { traceFamilies } from "./metrics/families/traces.ts";
import { alone, type WorkerFigures, workerFamilies } from "./metrics/families/workers.ts";
import type { Family } from "./metrics/family.ts";
import { Metrics, type MetricValues } from "./metrics/registry.ts";
import { protocols } from "./server/calls.ts";
import type { MetricsAsker } from "./server/operations/metrics-page.ts";
import type { Server, ServerMetrics } from "./server/server.ts";
import type { Traces } from "./telemetry/traces.ts";
import { version } from "./version.ts";

/** Reads the figures of this process. */
export type ReadMetrics = () => Promise<MetricValues[]>;

/** Gathers the figures of all processes that serve together, this one's among them. */
export type GatherMetrics = (own: ReadMetrics) => Promise<MetricValues[]>;

/** What one process counts, from before there is anything to count. */
export interface ServiceCounts {
  readonly calls: CallCounts<(typeof protocols)[number]>;
  readonly batches: BatchCounts;
}

export function createCounts(): ServiceCounts {
  return { calls: new CallCounts(protocols), batches: new BatchCounts() };
}

/** What there is to be read of a service. */
interface Metered {
  readonly app: App;
  readonly server: Pick<Server, "figures" | "isReady">;
  readonly counts: ServiceCounts;
  /** When the certificate ends with which the port is served; undefined without TLS. */
  readonly certificateEnd: () => Date | undefined;
  readonly traces?: Pick<Traces, "figures"> | undefined;
}

/** Reads the figures of a service. Nobody measures the process itself before somebody asks. */
export function metricsOf(service: () => Metered, others: readonly Family[]): ReadMetrics {
  let metrics: Metrics | undefined;
  return () => {
    metrics ??= new Metrics([...familiesOf(service()), ...others]);
    return metrics.read();
  };
}

/** All that a process says of itself, beside what Node and the system say. */
export function familiesOf({ app, server, counts, certificateEnd, traces }: Metered): Family[] {
  const { callerLoads, database, ledger, failures, refusals } = app;
  return [
    ...callFamilies({
      counts: counts.calls,
      protocols,
      inFlight: (protocol) => server.figures().callsInFlight(protocol),
      codeName: (code) => (code === 0 ? "OK" : codeName(code)),
    }),
    ...ledgerFamilies({
      counts: counts.batches,
      refusals: () => refusals.counts,
      now: () => ledger.figures(),
    }),
    ...overloadFamilies({ queue: () => ledger.figures().shed, callers: () => callerLoads.refused }),
    ...databaseFamilies({
      connections: () => database.figures(),
      nodesAway: () => database.nodes.awayCount,
    }),
    ...portFamilies({ figures: () => server.figures(), failures: () => failures.totals }),
    ...traceFamilies(() => traces?.figures()),
    ...serviceFamilies({ version, isReady: () => server.isReady(), certificateEnd }),
  ];
}

/** Of one that serves alone. */
export const aloneFamilies: readonly Family[] = workerFamilies(alone);

/** Reads the figures of a process that serves nobody, and looks after those that do. */
export function metricsOfPrimary(
  workers: Omit<WorkerFigures, "silent">,
): (silent: number) => Promise<MetricValues[]> {
  let metrics: Metrics | undefined;
  let silent = 0;
  return (now) => {
    silent = now;
    metrics ??= new Metrics(workerFamilies({ ...workers, silent: () => silent }));
    return metrics.read();
  };
}

/** The metrics as the server offers them. */
export function offeredMetrics(
  { port, access }: MetricsConfig,
  { app, log, gather }: { readonly app: App; readonly log: Logger; readonly gather: ReadMetrics },
): ServerMetrics {
  return {
    port,
    expose: async (mediaType) => exposition(await gather(), mediaType),
    authorize: access === "open" ? undefined : requirePlatform(app, log),
  };
}

/** Lets in who has a credential of the platform: figures are of all organizations together. */
function requirePlatform(app: App, log: Logger): (asker: MetricsAsker) => Promise<void> {
  const admit = admitKnown(app.authenticator, log);
  const method = { parent: { typeName: "/metrics" } };
  return async ({ requestHeader, connection }) => {
    const values = createContextValues();
    await admit({ method, requestHeader, hasBody: false, connection, values });
    try {
      authorize(callerOf({ values }), { orgId: null, permissions: permissionsIn(["read"]) });
    } catch (error) {
      throw callerError(error, { log, method: method.parent.typeName, header: requestHeader });
    }
  };
}
