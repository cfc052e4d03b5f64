import cluster from "node:cluster";
import { ConfigError } from "../../config/config-error.ts";
import { type Config, readConfig } from "../../config.ts";
import { createLog } from "../../log.ts";
import type { MetricValues } from "../../metrics/registry.ts";
import { Certificates } from "../../server/tls/certificates.ts";
import { openService, type TallystickService } from "../../service.ts";
import type { GatherMetrics, ReadMetrics } from "../../service-metrics.ts";
import { listenFailure, startupFailure } from "../../startup-failure.ts";
import { openTraces } from "../../telemetry/open-traces.ts";
import { version } from "../../version.ts";
import { firstSignal, type Surroundings } from "../surroundings.ts";
import { setGenerations } from "./generations.ts";
import { beatMsInterval } from "./pulse.ts";
import { serviceOptionsOf } from "./serving.ts";
import type { StopMessage, WorkerMessage, WorkerOrder } from "./worker-messages.ts";

/**
 * Serves the port together with other workers, until the process that has started it says so, or is gone: node then ends
 * a worker at once.
 */
export async function workerCommand(surroundings: Surroundings): Promise<number> {
  const { worker } = cluster;
  if (worker === undefined)
    throw new ConfigError("`tallystick serve` starts workers: see TALLYSTICK_WORKERS.");
  setGenerations();
  const { stopped, left, certified } = orders();
  void say({ kind: "listening" });
  // A terminal sends its signal to all processes; what is to be done then the one that has started them says.
  void firstSignal(surroundings);
  setInterval(() => void say({ kind: "beat" }), beatMsInterval).unref();
  const config = readConfig(surroundings.env);
  if (config.database.kind !== "external") throw new ConfigError("A worker needs DATABASE_URL.");
  const log = createLog(config.log, surroundings.stderr.fd).child({ worker: worker.id });
  const tls = config.tls && { certificates: await certified, plaintext: config.tls.plaintext };
  const traces = config.traces && (await openTraces(config.traces, { version, log }));
  const service = openService(config.database.url, log, {
    ...serviceOptionsOf(config, tls),
    traces,
    gatherMetrics: gatherFromAll(),
  });
  void left.then(service.leave);
  process.on("message", (message: WorkerOrder) => {
    if (message.kind === "report") void report(message.question, service.metrics);
  });
  const outcome = await Promise.race([stopped, listen(service, config)]);
  if (outcome.kind !== "stop") await say(outcome);
  if (outcome.kind === "failed") return 1;
  await service.stop((await stopped).graceMs);
  await traces?.stop();
  return 0;
}

interface Orders {
  readonly stopped: Promise<StopMessage>;
  /** It is not to be ready any more. */
  readonly left: Promise<void>;
  /** With which certificate to serve, which comes again when that changes. */
  readonly certified: Promise<Certificates>;
}

/** What the process that has started it says. */
function orders(): Orders {
  let certificates: Certificates | undefined;
  let stop: (message: StopMessage) => void = () => undefined;
  let leave: () => void = () => undefined;
  let certify: (certificates: Certificates) => void = () => undefined;
  const stopped = new Promise<StopMessage>((resolve) => {
    stop = resolve;
  });
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const certified = new Promise<Certificates>((resolve) => {
    certify = resolve;
  });
  process.on("message", (message: WorkerOrder) => {
    if (message.kind === "stop") return stop(message);
    if (message.kind === "leave") return leave();
    if (message.kind !== "certificate") return;
    certificates?.use(message.material);
    certificates ??= new Certificates(message.material);
    certify(certificates);
  });
  return { stopped, left, certified };
}

async function listen(
  service: TallystickService,
  { host, port, metrics }: Pick<Config, "host" | "port" | "metrics">,
): Promise<WorkerMessage> {
  try {
    return { kind: "serving", address: await service.listen(host, port) };
  } catch (error) {
    return { kind: "failed", reason: startupFailure(listenFailure(error as Error, metrics.port)) };
  }
}

async function report(question: number, read: ReadMetrics): Promise<void> {
  await say({ kind: "report", question, metrics: await read() });
}

/** Asks the process that knows all workers. */
function gatherFromAll(): GatherMetrics {
  const waiting = new Map<number, (metrics: MetricValues[]) => void>();
  let asked = 0;
  process.on("message", (message: WorkerOrder) => {
    if (message.kind === "gathered") waiting.get(message.question)?.([...message.metrics]);
  });
  return async () => {
    asked += 1;
    const question = asked;
    try {
      return await new Promise<MetricValues[]>((resolve) => {
        waiting.set(question, resolve);
        void say({ kind: "gather", question });
      });
    } finally {
      waiting.delete(question);
    }
  };
}

/** Resolves when it is on its way. */
function say(message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve());
  });
}
