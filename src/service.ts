import { createRegistry } from "@bufbuild/protobuf";
import {
  type ConnectRouter,
  createServiceImplSpec,
  type Interceptor,
  type ServiceImpl,
} from "@connectrpc/connect";
import type { Logger } from "pino";
import { type CreditProducts, standingCreditProducts } from "./api/frontier/credit-products.ts";
import { type Service, services } from "./api/services.ts";
import { isRead } from "./api/shared/access.ts";
import { errorsInterceptor } from "./api/shared/caller-error.ts";
import { admitKnown } from "./api/shared/known-callers.ts";
import { isManagedAsInEdge } from "./api/shared/management-dialect.ts";
import { type App, createApp } from "./app.ts";
import type { IssuerSettings } from "./auth/jwt/issuer.ts";
import type { CallRates } from "./config/log.ts";
import type { MetricsConfig } from "./config/metrics.ts";
import { nodeLog } from "./node-log.ts";
import { createAdmission } from "./server/admission.ts";
import { createStreamInvoker } from "./server/body-stream.ts";
import { jsonLineEncoder } from "./server/connect/json-line.ts";
import { createGateway, type RestMethod } from "./server/gateway/gateway.ts";
import { defaultLimits } from "./server/limits.ts";
import { openServices } from "./server/open-services.ts";
import type { Address } from "./server/port.ts";
import { createServer, type Server, type ServerOptions } from "./server/server.ts";
import { limitsOfOne } from "./server/shared-limits.ts";
import { createUnaryInvoker } from "./server/unary.ts";
import {
  aloneFamilies,
  createCounts,
  type GatherMetrics,
  metricsOf,
  offeredMetrics,
  type ReadMetrics,
} from "./service-metrics.ts";
import { migrateAndDistribute } from "./store/distribution/distribute.ts";
import { openDatabase } from "./store/driver/database.ts";
import { migrate } from "./store/driver/migrate.ts";
import { requireServing } from "./store/driver/serving.ts";
import { newestBatchAhead } from "./store/journal/newest-batch.ts";
import { CallLog } from "./telemetry/call-log.ts";
import { readTraceParent } from "./telemetry/traceparent.ts";
import { observedBy, type Traces, tracedAdmission } from "./telemetry/traces.ts";

/** The service on a database: everything but where the database comes from. */
export interface TallystickService {
  readonly app: App;
  listen(host: string, port: number): Promise<Address>;
  /** The figures of this process. */
  readonly metrics: ReadMetrics;
  /** Lets running calls end, for as long as the limits or `graceMs` say, then closes the port and the database's connections. */
  stop(graceMs?: number): Promise<void>;
}

/** What the settings say, and what the tests choose otherwise. */
export type ServiceOptions = Pick<ServerOptions, "thinGrpc" | "limits" | "origins" | "proxies" | "tls"> & {
  readonly creditProducts?: CreditProducts;
  /** Whose tokens are taken. */
  readonly issuers?: readonly IssuerSettings[];
  /** Whether the database is to be distributed, too, where it is migrated. */
  readonly isToDistribute?: boolean;
  /** How many processes serve the port, this one among them: each has an equal part of what there may be of everything. */
  readonly processes?: number;
  readonly metrics?: MetricsConfig;
  /** Of which part of the calls that need no attention the log has a record. */
  readonly loggedCalls?: CallRates;
  /** Whoever has opened them stops them, after the service. */
  readonly traces?: Traces | undefined;
  /** How the figures of all processes come together, where there are several. */
  readonly gatherMetrics?: GatherMetrics | undefined;
};

/** Migrates the database and puts the service together; it listens when `listen` is called. */
export async function createService(
  databaseUrl: string,
  log: Logger,
  { isToDistribute = false, ...options }: ServiceOptions = {},
): Promise<TallystickService> {
  await prepareTables(databaseUrl, log, isToDistribute);
  return openService(databaseUrl, log, options);
}

/** Migrates the database, and distributes it where that is asked for. */
export async function prepareTables(
  databaseUrl: string,
  log: Logger,
  isToDistribute: boolean,
): Promise<void> {
  if (isToDistribute) await migrateAndDistribute(databaseUrl, { onProgress: (step) => log.info(step) });
  else await migrate(databaseUrl);
}

/** The same on a database that is migrated. */
export function openService(
  databaseUrl: string,
  log: Logger,
  {
    creditProducts = standingCreditProducts,
    issuers = [],
    processes = 1,
    metrics = { port: undefined, access: "credential" },
    loggedCalls = { reads: 0, writes: 0 },
    traces,
    gatherMetrics,
    ...options
  }: Omit<ServiceOptions, "isToDistribute">,
): TallystickService {
  const database = openDatabase(databaseUrl, { processes, nodeReports: nodeLog(log) });
  const counts = createCounts();
  const batches = traces === undefined ? counts.batches : observedBy(counts.batches, traces);
  const app = createApp(database, { log, creditProducts, issuers, processes, batches });
  const offered = services(app);
  const admitted = createAdmission(admitKnown(app.authenticator, log), openServices);
  const admit = traces === undefined ? admitted : tracedAdmission(admitted, traces);
  const interceptors = [errorsInterceptor(log)];
  const limits = limitsOfOne({ ...defaultLimits, ...options.limits }, processes);
  const methods = offered.flatMap(({ desc }) => desc.methods);
  const callLog = new CallLog({
    ...{ log, rates: loggedCalls, reads: new Set(methods.filter(isRead)) },
    traceIdOf: (call) =>
      traces === undefined ? readTraceParent(call.header("traceparent"))?.traceId : traces.traceIdOf(call),
  });
  const certificateEnd = () => options.tls?.certificates.certificateEnd();
  const metered = () => ({ app, server, counts, certificateEnd, traces });
  const read = metricsOf(metered, gatherMetrics === undefined ? aloneFamilies : []);
  const server: Server = createServer({
    routes: (router) => {
      for (const service of offered) register(router, service);
    },
    admit,
    interceptors,
    gateway: createGateway({
      methods: offered.flatMap((service) => restMethods(service, interceptors)),
      registry: createRegistry(...offered.map(({ desc }) => desc.file)),
      limits,
      admit,
      log,
      prefersAlternative: (organization, call) => isManagedAsInEdge(app, organization, call),
    }),
    ready: () => requireServing(database, newestBatchAhead),
    log,
    ...options,
    limits,
    observers: [counts.calls, callLog, ...(traces === undefined ? [] : [traces])],
    metrics: offeredMetrics(metrics, { app, log, gather: () => gatherMetrics?.(read) ?? read() }),
  });
  return {
    app,
    listen: server.listen,
    metrics: read,
    stop: async (graceMs) => {
      await server.close(graceMs);
      await Promise.all([app.refusalLog.close(), app.credentialUses.close()]);
      await database.close();
    },
  };
}

function register(router: ConnectRouter, { desc, impl, json }: Service): void {
  router.service(desc, impl, {
    jsonOptions: { ...json, textEncoder: jsonLineEncoder } as typeof json,
  });
}

function restMethods({ desc, impl }: Service, interceptors: Interceptor[]): RestMethod[] {
  const { methods } = createServiceImplSpec(desc, impl as ServiceImpl<typeof desc>);
  return Object.values(methods).flatMap((spec): RestMethod[] => {
    if (spec.kind === "unary")
      return [{ method: spec.method, invoke: createUnaryInvoker(spec, interceptors) }];
    if (spec.kind === "server_streaming")
      return [{ method: spec.method, invoke: createStreamInvoker(spec, interceptors) }];
    return [];
  });
}
