import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Config } from "../../config.ts";
import { createLog } from "../../log.ts";
import { misspelledSettings } from "../../misspelled-settings.ts";
import { CertificateFiles } from "../../server/tls/certificate-files.ts";
import { listenFailure } from "../../startup-failure.ts";
import { welcome } from "../../welcome.ts";
import { startDatabase } from "../database.ts";
import { firstSignal, hasTerminal, insistingSignal, type Surroundings } from "../surroundings.ts";
import { setGenerations } from "./generations.ts";
import type { Serving, ServingOptions, Stop } from "./serving.ts";

/** Why the service ends: a signal, or what it cannot go on after, and then with how much time for running calls. */
type End =
  | { readonly signal: NodeJS.Signals }
  | { readonly failure: string; readonly graceMs: number | undefined };

/** Starts the service, waits for a signal, and stops in the reverse order of the start, or at once where another signal insists. */
export async function serveCommand(settings: Config, surroundings: Surroundings): Promise<number> {
  setGenerations();
  const log = createLog(settings.log, surroundings.stderr.fd);
  for (const sentence of misspelledSettings(surroundings.env)) log.warn(sentence);
  const files = await openCertificates(settings, log);
  const endings = files === undefined ? undefined : reloadAtSignal(files, surroundings);
  const first = firstSignal(surroundings, endings);
  const hurried = insistingSignal(surroundings, endings).then((signal) => {
    log.warn({ signal }, "ending at once, whatever runs");
    return 1;
  });
  return Promise.race([serveUntil(first, { settings, surroundings, log, files }), hurried]);
}

interface Start {
  readonly settings: Config;
  readonly surroundings: Surroundings;
  readonly log: Logger;
  /** Undefined where nothing is encrypted. */
  readonly files: CertificateFiles | undefined;
}

async function serveUntil(
  signal: Promise<NodeJS.Signals>,
  { settings, surroundings, log, files }: Start,
): Promise<number> {
  const { shutdownDelayMs } = settings.lifecycle;
  const signalled = signal.then((signal): End => ({ signal }));
  const stops: Stop[] = [async () => files?.stop()];
  let end: End | undefined;
  try {
    // Before anything is made, so that a start that must fail leaves nothing behind.
    const config = await withFreePort(settings);
    const database = await startDatabase(config.database, {
      log: (line) => log.debug({ postgres: line }),
      making: (dataDir) => log.info({ dataDir }, "making the embedded PostgreSQL, which takes some seconds"),
    });
    stops.push(() => database.stop());
    const tls = files && config.tls && { certificates: files.certificates, plaintext: config.tls.plaintext };
    let serving: Serving | undefined;
    const served = serve({ databaseUrl: database.url, config, tls, log, stops }, surroundings).then(
      async (started) => {
        serving = started;
        return workersFailed(await started.failed);
      },
    );
    const failed = Promise.race([database.lost.then(databaseLost), served]);
    // A start may take long, as when another instance migrates: a signal ends it too.
    end = await Promise.race([signalled, failed]);
    if ("signal" in end) {
      log.info({ ...end, delayMs: shutdownDelayMs }, "stopping");
      if (serving !== undefined) end = (await leave(serving, shutdownDelayMs, { unless: failed })) ?? end;
    }
    if ("failure" in end) log.fatal(end.failure);
  } finally {
    await stopAll(stops, end !== undefined && "failure" in end ? end.graceMs : undefined);
  }
  log.info("stopped");
  return "failure" in end ? 1 : 0;
}

/** Serves on until nobody comes any more, for as long as the settings say. */
function leave(
  serving: Serving,
  delayMs: number,
  { unless }: { readonly unless: Promise<End> },
): Promise<End | undefined> {
  serving.leave();
  return delayMs === 0 ? Promise.resolve(undefined) : Promise.race([sleep(delayMs, undefined), unless]);
}

async function openCertificates({ tls }: Config, log: Logger): Promise<CertificateFiles | undefined> {
  return tls && (await CertificateFiles.open({ paths: tls.paths, log }));
}

/** SIGHUP asks a server without a terminal, which could be closed, to look at its certificate. Returns which signals ask it to end. */
function reloadAtSignal(files: CertificateFiles, surroundings: Surroundings): NodeJS.Signals[] | undefined {
  if (hasTerminal(surroundings)) return undefined;
  surroundings.on("SIGHUP", () => void files.reload());
  return ["SIGINT", "SIGTERM"];
}

function databaseLost(why: string): End {
  // No call can be answered any more.
  return { failure: `the embedded PostgreSQL ended by itself: ${why}`, graceMs: 0 };
}

function workersFailed(failure: string): End {
  return { failure, graceMs: undefined };
}

/** Stops what was started last first, and all of it whatever fails. */
async function stopAll(stops: readonly Stop[], graceMs: number | undefined): Promise<void> {
  const [stop, ...earlier] = stops.toReversed();
  if (stop === undefined) return;
  await stop(graceMs).finally(() => stopAll(earlier.reverse(), graceMs));
}

/** Says when and where it is ready, to the log and to people. */
async function serve(options: ServingOptions, { stdout }: Surroundings): Promise<Serving> {
  const serving = await serveByProcesses(options);
  const { address, prepared } = serving;
  const { config, tls } = options;
  options.log.info({ host: address.host, port: address.port }, "ready");
  if (prepared !== undefined)
    stdout.write(
      welcome({
        address,
        ...prepared,
        isToTerminal: stdout.isTTY === true,
        hasPages: options.config.hasPages,
        tls: tls && config.tls && { own: tls.certificates.own, paths: config.tls.paths },
      }),
    );
  return serving;
}

/** Loads what the service is made of where this process serves, and not where its workers do. */
async function serveByProcesses(options: ServingOptions): Promise<Serving> {
  if (options.config.workers === 1) return (await import("./alone.ts")).serveAlone(options);
  return (await import("./by-workers.ts")).serveByWorkers(options);
}

/**
 * The settings with a port that is free where any would do, for several processes are to have the same.
 *
 * @throws ConfigError where nobody could listen at that address
 */
async function withFreePort(config: Config): Promise<Config> {
  const { host, metrics } = config;
  try {
    const port = await probe(host, config.port);
    if (metrics.port !== undefined) await probe(host, metrics.port);
    return config.workers === 1 ? config : { ...config, port };
  } catch (error) {
    throw listenFailure(error as Error, metrics.port);
  }
}

/** Listens once, and answers on which port. */
async function probe(host: string, port: number): Promise<number> {
  const server = createServer();
  await once(server.listen(port, host), "listening");
  const { port: listened } = server.address() as AddressInfo;
  await once(server.close(), "close");
  return listened;
}
