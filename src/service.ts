import { createRegistry, type DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import {
  type ConnectRouter,
  createServiceImplSpec,
  type Interceptor,
  type ServiceImpl,
} from "@connectrpc/connect";
import type { Logger } from "pino";
import { type CreditProducts, standingCreditProducts } from "./api/frontier/credit-products.ts";
import { type Service, services } from "./api/services.ts";
import { admitWithin } from "./api/shared/bounded-callers.ts";
import { errorsInterceptor } from "./api/shared/caller-error.ts";
import { errorOf } from "./api/shared/errors.ts";
import { admitKnown } from "./api/shared/known-callers.ts";
import { isManagedAsInEdge } from "./api/shared/management-dialect.ts";
import { type App, createApp } from "./app.ts";
import { callerIn } from "./auth/caller.ts";
import type { IssuerSettings } from "./auth/jwt/issuer.ts";
import { atMost } from "./bounds/at-most.ts";
import { type CallerLimits, callerLimitsOfOne, defaultCallerLimits } from "./bounds/caller-limits.ts";
import { defaultQueueBounds, type QueueBounds, queueBoundsOfOne } from "./bounds/queue-bounds.ts";
import type { CallRates } from "./config/log.ts";
import type { MetricsConfig } from "./config/metrics.ts";
import { nodeLog } from "./node-log.ts";
import { prepareTables } from "./prepare-tables.ts";
import { jsonLineEncoder } from "./server/connect/json-line.ts";
import type { Address } from "./server/connections/port.ts";
import { createGateway, type RestMethod } from "./server/gateway/gateway.ts";
import { defaultLimits } from "./server/limits.ts";
import { openServices } from "./server/operations/open-services.ts";
import { operationHint } from "./server/operations/operation-paths.ts";
import { type Arrival, createAdmission } from "./server/requests/admission.ts";
import { createStreamInvoker } from "./server/rpc/body-stream.ts";
import { createUnaryInvoker } from "./server/rpc/unary.ts";
import { createServer, type Server, type ServerOptions } from "./server/server.ts";
import { limitsOfOne } from "./server/shared-limits.ts";
import {
  aloneFamilies,
  createCounts,
  type GatherMetrics,
  metricsOf,
  offeredMetrics,
  type ReadMetrics,
} from "./service-metrics.ts";
import { openDatabase } from "./store/driver/database.ts";
import { requireServing } from "./store/driver/serving.ts";
import { newestBatchAhead } from "./store/journal/newest-batch.ts";
import { CallLog } from "./telemetry/call-log.ts";
import { readTraceParent } from "./telemetry/traceparent.ts";
import { observedBy, type Traces, tracedAdmission } from "./telemetry/traces.ts";

/** What a database that does not answer gets at the end, when every call has its answer or was cut off. */
const closingMsMax = 3_000;

/** The service on a database: everything but where the database comes from. */
export interface TallystickService {
  readonly app: App;
  listen(host: string, port: number): Promise<Address>;
  /** The figures of this process. */
  readonly metrics: ReadMetrics;
  /** Is not ready from now on, and serves who comes all the same. */
  leave(): void;
  /** Lets running calls end, for as long as the limits or `graceMs` say, then closes the port and the database's connections. */
  stop(graceMs?: number): Promise<void>;
}

/** What the settings say, and what the tests choose otherwise. */
export type ServiceOptions = Pick<
  ServerOptions,
  "thinGrpc" | "limits" | "origins" | "pages" | "proxies" | "tls"
> & {
  readonly creditProducts?: CreditProducts;
  /** Whose tokens are taken. */
  readonly issuers?: readonly IssuerSettings[];
  /** Whether the database is to be distributed, too, where it is migrated. */
  readonly isToDistribute?: boolean;
  /** What may wait for the database, of all processes together. */
  readonly queue?: QueueBounds;
  /** What each caller may ask for, of all processes together. */
  readonly callers?: CallerLimits;
  /** How many processes serve the port, this one among them: each has an equal part of what there may be of everything. */
  readonly processes?: number;
  readonly metrics?: MetricsConfig;
  /** Of which part of the calls that need no attention the log has a record. */
  readonly loggedCalls?: CallRates;
  /** Whoever has opened them stops them, after the service. */
  readonly traces?: Traces | undefined;
  /** How the figures of all processes come together, where there are several. */
  readonly gatherMetrics?: GatherMetrics | undefined;
  /** Whether it only stands at the port: it is not ready, and refuses every call for now. */
  readonly isWaiting?: boolean;
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

/** The same on a database that is migrated. */
export function openService(
  databaseUrl: string,
  log: Logger,
  {
    creditProducts = standingCreditProducts,
    issuers = [],
    processes = 1,
    queue = defaultQueueBounds,
    callers = defaultCallerLimits,
    metrics = { port: undefined, access: "credential" },
    loggedCalls = { reads: 0, writes: 0 },
    traces,
    gatherMetrics,
    isWaiting = false,
    ...options
  }: Omit<ServiceOptions, "isToDistribute">,
): TallystickService {
  const database = openDatabase(databaseUrl, { processes, nodeReports: nodeLog(log) });
  const counts = createCounts();
  const batches = traces === undefined ? counts.batches : observedBy(counts.batches, traces);
  const app = createApp(database, {
    log,
    creditProducts,
    issuers,
    processes,
    batches,
    queue: queueBoundsOfOne(queue, processes),
    callers: callerLimitsOfOne(callers, processes),
  });
  const offered = services(app);
  const known = isWaiting ? admitNobody : admitKnown(app.authenticator, log);
  const reads = new Set(offered.flatMap(({ desc }) => desc.methods.filter(isRead)));
  const within = admitWithin<Arrival>(app.callerLoads, { admit: known, reads, log });
  const admitted = createAdmission(within, {
    openServices,
    callerIn: (values) => callerIn(values)?.actor,
  });
  const admit = traces === undefined ? admitted : tracedAdmission(admitted, traces);
  const interceptors = [errorsInterceptor(log)];
  const limits = limitsOfOne({ ...defaultLimits, ...options.limits }, processes);
  const callLog = new CallLog({
    log,
    rates: loggedCalls,
    reads,
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
      hintElsewhere: operationHint,
      prefersAlternative: (organization, call) => isManagedAsInEdge(app, organization, call),
    }),
    ready: isWaiting ? beReadyNever : () => requireServing(database, newestBatchAhead),
    log,
    ...options,
    limits,
    observers: [counts.calls, app.callerLoads, callLog, ...(traces === undefined ? [] : [traces])],
    metrics: offeredMetrics(metrics, { app, log, gather: () => gatherMetrics?.(read) ?? read() }),
  });
  return {
    app,
    listen: server.listen,
    metrics: read,
    leave: server.leave,
    stop: async (graceMs) => {
      await server.close(graceMs);
      const closed = Promise.all([app.refusalLog.close(), app.credentialUses.close()]).then(database.close);
      await atMost(closed, closingMsMax, () => undefined);
    },
  };
}

/** Whether a method changes nothing, as its `idempotency_level` says. */
function isRead({ idempotency }: DescMethod): boolean {
  return idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
}

const isStarting = "the service is starting";

async function admitNobody(): Promise<never> {
  throw errorOf({ reason: "UNAVAILABLE", because: isStarting });
}

async function beReadyNever(): Promise<never> {
  throw new Error(isStarting);
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
