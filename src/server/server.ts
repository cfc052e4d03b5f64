import { setMaxListeners } from "node:events";
import type { DescService } from "@bufbuild/protobuf";
import { type ConnectRouter, createConnectRouter, type Interceptor } from "@connectrpc/connect";
import type { Logger } from "pino";
import { ServerReflection } from "../../gen/grpc/reflection/v1/reflection_pb.ts";
import { ServerReflection as ServerReflectionAlpha } from "../../gen/grpc/reflection/v1alpha/reflection_pb.ts";
import { Health } from "../../gen/health/v1/health_pb.ts";
import { cutOff } from "./answers/cut-off.ts";
import { type CallObserver, Calls, type Protocol } from "./calls.ts";
import { answerInTime } from "./connect/answer-in-time.ts";
import { compressions } from "./connect/compression.ts";
import { writeJsonAnswers } from "./connect/json-answer.ts";
import { tellInCallersWords } from "./connect/json-message.ts";
import { noteFailures } from "./connect/own-failures.ts";
import { Connections, type KeptBytes } from "./connections/connection.ts";
import { boundAge } from "./connections/connection-age.ts";
import { type Address, createPort, type PortFigures } from "./connections/port.ts";
import { Proxies, type ProxyOptions } from "./connections/proxies.ts";
import { createCors, type Origins } from "./cors.ts";
import { createGrpc } from "./grpc/grpc.ts";
import { recordMethods } from "./grpc/method.ts";
import type { HttpHandler } from "./http-handler.ts";
import { createHttp1 } from "./http1/http1.ts";
import { createHttp2 } from "./http2/http2.ts";
import { StreamShares } from "./http2/stream-shares.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { createListener } from "./listener.ts";
import { createHealth } from "./operations/health.ts";
import { createMetricsPage, type MetricsSource } from "./operations/metrics-page.ts";
import { createMetricsPort } from "./operations/metrics-port.ts";
import { requestBytesMaxOf } from "./operations/open-services.ts";
import { createOperations } from "./operations/operations.ts";
import { createReadiness, type Readiness } from "./operations/readiness.ts";
import { createReflection } from "./operations/reflection.ts";
import { createPages, type Pages } from "./pages/pages.ts";
import type { Admit } from "./requests/admission.ts";
import { createRpc } from "./rpc/rpc.ts";
import type { Tls } from "./tls/tls.ts";

export interface ServerOptions {
  /** Registers the services; health and reflection come by themselves. */
  readonly routes: (router: ConnectRouter) => void;
  /** Asked before the message of a call is read. */
  readonly admit: Admit;
  /** Around every RPC, those of health and reflection included. The first is the outermost. */
  readonly interceptors: Interceptor[];
  /** Answers whatever is neither an RPC nor an operation. */
  readonly gateway: HttpHandler;
  /** Throws while calls cannot be answered, as when the database does not or is not migrated. */
  readonly ready: () => Promise<void>;
  readonly log: Logger;
  readonly limits?: Partial<Limits>;
  /** Whose pages a browser lets read answers. Nobody's, unless told otherwise. */
  readonly origins?: Origins;
  /** Who may say in whose name a request comes. Nobody, unless told otherwise. */
  readonly proxies?: ProxyOptions;
  /** How connections are encrypted. Not at all, unless told otherwise. */
  readonly tls?: Tls;
  /** False sends unary gRPC through connect-node as well: the tests hold both ways to the same answers. */
  readonly thinGrpc?: boolean;
  /** Are told of every call when it ends. */
  readonly observers?: readonly CallObserver[];
  readonly metrics?: ServerMetrics;
  /** What a browser gets. Nothing, unless told otherwise. */
  readonly pages?: Pages | undefined;
}

export type ServerMetrics = MetricsSource & {
  /** A port for them alone; undefined for the one port. */
  readonly port?: number | undefined;
};

export interface Server {
  /** Starts to listen; port 0 takes a free one. Rejects if the address cannot be had, as with EADDRINUSE. */
  listen(host: string, port: number): Promise<Address>;
  /** Not ready from here on. Who comes all the same is served. */
  leave(): void;
  /**
   * Not ready from here on, no new connections, and running calls get `graceMs` to end. Then they are told that they are
   * UNAVAILABLE, and soon their connections are destroyed.
   */
  close(graceMs?: number): Promise<void>;
  figures(): ServerFigures;
  /** Whether calls can be answered, as /readyz says. */
  isReady(): Promise<boolean>;
}

/** What is counted of the port at this moment. */
export interface ServerFigures {
  readonly connections: PortFigures & {
    /** Those that may have fewer calls than they might, because there are too many. */
    readonly narrowed: number;
  };
  readonly kept: KeptBytes;
  readonly callsInFlight: (protocol: Protocol) => number;
}

/** What calls get that are cut off, to be told so, before their connections are destroyed. */
const lastAnswerMs = 500;

/** The whole of the one port: gRPC, gRPC-Web, Connect, REST, operations, health and reflection. */
export function createServer(options: ServerOptions): Server {
  const { gateway, admit, log, metrics, origins = new Set(), thinGrpc = true } = options;
  const limits: Limits = { ...defaultLimits, ...options.limits };
  const readiness = createReadiness(options.ready, limits, log);
  const shutdown = new AbortController();
  const { router, services, methods } = createRouter(options, {
    limits,
    readiness,
    shutdown: shutdown.signal,
  });
  const proxies = new Proxies(options.proxies);
  const streams = new StreamShares(limits);
  const connections = new Connections(limits, { proxies, streams });
  const calls = new Calls(options.observers);
  const metricsPage = (source: MetricsSource | undefined) => createMetricsPage(source, log);
  const metricsPort =
    metrics?.port === undefined
      ? undefined
      : createMetricsPort(metricsPage(metrics), { connections, limits, log });
  const listener = createListener({
    handlers: {
      operations: createOperations(readiness, metricsPage(metricsPort === undefined ? metrics : undefined)),
      rpc: createRpc({ router, admit, limits, log }),
      rest: gateway,
      pages: options.pages ?? createPages("", { pages: {}, applications: [] }),
    },
    services,
    connections,
    streams,
    calls,
    cors: createCors(origins),
    limits,
    log,
  });
  const grpc = thinGrpc ? createGrpc({ methods, admit, connections, calls, limits, log }) : undefined;
  const http1 = createHttp1(listener, { calls, limits });
  const http2 = createHttp2(listener, { calls, limits, grpc, streams });
  boundAge({ http1, http2 }, limits);
  const port = createPort({ http1, http2, proxies, limits, log, tls: options.tls });
  return {
    async listen(host, number) {
      if (metrics?.port !== undefined) await metricsPort?.listen(host, metrics.port);
      return port.listen(host, number);
    },
    leave: readiness.stop,
    async close(graceMs = limits.graceMs) {
      readiness.stop();
      const patience = setTimeout(() => {
        calls.cutOff(cutOff());
        shutdown.abort(cutOff());
      }, graceMs);
      try {
        await port.close(graceMs + lastAnswerMs);
      } finally {
        clearTimeout(patience);
        await metricsPort?.close();
      }
    },
    isReady: readiness.isReady,
    figures: () => ({
      connections: { ...port.figures(), narrowed: streams.narrowedCount },
      kept: connections.kept(),
      callsInFlight: (protocol) => calls.inFlight(protocol),
    }),
  };
}

interface RouterSurroundings {
  readonly limits: Limits;
  readonly readiness: Readiness;
  /** Ends the calls by connect-node. */
  readonly shutdown: AbortSignal;
}

function createRouter(options: ServerOptions, { limits, readiness, shutdown }: RouterSurroundings) {
  // Every call listens.
  setMaxListeners(0, shutdown);
  const connect = createConnectRouter({
    shutdownSignal: shutdown,
    interceptors: [
      writeJsonAnswers(limits.responseBytesMax),
      answerInTime,
      noteFailures(options.log),
      tellInCallersWords,
      ...options.interceptors,
    ],
    acceptCompression: [...compressions],
    readMaxBytes: limits.requestBytesMax,
    writeMaxBytes: limits.responseBytesMax,
    maxTimeoutMs: limits.callMsMax,
  });
  const { router, methods } = recordMethods(connect, options.interceptors, limits);
  options.routes(router);
  const descs = new Set<DescService>(router.handlers.map((handler) => handler.service));
  descs.add(Health).add(ServerReflection).add(ServerReflectionAlpha);

  const services = new Set([...descs].map((desc) => desc.typeName));
  const reflection = createReflection([...descs]);
  const small = (desc: DescService) => ({ readMaxBytes: requestBytesMaxOf(desc, limits) });
  router.service(Health, createHealth({ services, readiness }), small(Health));
  router.service(ServerReflection, reflection.v1, small(ServerReflection));
  router.service(ServerReflectionAlpha, reflection.v1alpha, small(ServerReflectionAlpha));
  return { router, services, methods };
}
