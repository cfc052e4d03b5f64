import cluster from "node:cluster";
import { ConfigError, readConfig } from "../../config.ts";
import { createLog } from "../../log.ts";
import { openService, type TallystickService } from "../../service.ts";
import { listenFailure, startupFailure } from "../../startup-failure.ts";
import { firstSignal, type Surroundings } from "../surroundings.ts";
import { allocateYoung } from "./generations.ts";
import { beatMsInterval } from "./pulse.ts";
import { serviceOptionsOf } from "./serving.ts";
import type { StopMessage, WorkerMessage } from "./worker-messages.ts";

/**
 * Serves the port together with other workers, until the process that has started it says so, or is gone: node then ends
 * a worker at once.
 */
export async function workerCommand(surroundings: Surroundings): Promise<number> {
  const { worker } = cluster;
  if (worker === undefined)
    throw new ConfigError("`tallystick serve` starts workers: see TALLYSTICK_WORKERS.");
  allocateYoung();
  const stopped = new Promise<StopMessage>((resolve) => process.on("message", resolve));
  // A terminal sends its signal to all processes; what is to be done then the one that has started them says.
  void firstSignal(surroundings);
  setInterval(() => void say({ kind: "beat" }), beatMsInterval).unref();
  const config = readConfig(surroundings.env);
  if (config.database.kind !== "external") throw new ConfigError("A worker needs DATABASE_URL.");
  const log = createLog(config.log, surroundings.stderr.fd).child({ worker: worker.id });
  const service = openService(config.database.url, log, serviceOptionsOf(config));
  const outcome = await Promise.race([stopped, listen(service, config)]);
  if (outcome.kind !== "stop") await say(outcome);
  if (outcome.kind === "failed") return 1;
  await service.stop((await stopped).graceMs);
  return 0;
}

async function listen(
  service: TallystickService,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<WorkerMessage> {
  try {
    return { kind: "serving", address: await service.listen(host, port) };
  } catch (error) {
    return { kind: "failed", reason: startupFailure(listenFailure(error as Error)) };
  }
}

/** Resolves when it is on its way. */
function say(message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve());
  });
}
