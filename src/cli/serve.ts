import { once } from "node:events";
import { createServer } from "node:net";
import type { Logger } from "pino";
import { ensureAdminCredential, generatedCredential } from "../admin-credential.ts";
import type { App } from "../app.ts";
import type { Config } from "../config.ts";
import { ensureDemo } from "../demo.ts";
import { createLog } from "../log.ts";
import { misspelledSettings } from "../misspelled-settings.ts";
import { createService } from "../service.ts";
import { listenFailure } from "../startup-failure.ts";
import { type WelcomeFacts, welcome } from "../welcome.ts";
import { startDatabase } from "./database.ts";
import { firstSignal, type Surroundings } from "./surroundings.ts";

const noWayIn =
  "no credential of the platform can make organizations: make one with `tallystick credentials create`, or set " +
  "TALLYSTICK_ADMIN_CLIENT_ID and TALLYSTICK_ADMIN_CLIENT_SECRET";

/** Stops something; running calls get `graceMs` to end where that is said. */
type Stop = (graceMs?: number) => Promise<void>;

/** Starts the service, waits for a signal, and stops in the reverse order of the start. */
export async function serveCommand(config: Config, surroundings: Surroundings): Promise<number> {
  const log = createLog(config.log, surroundings.stderr.fd);
  for (const sentence of misspelledSettings(surroundings.env)) log.warn(sentence);
  const signalled = firstSignal(surroundings);
  const stops: Stop[] = [];
  let exitCode = 0;
  let graceMs: number | undefined;
  try {
    // Before anything is made, so that a start that must fail leaves nothing behind.
    await requireFreePort(config);
    const database = await startDatabase(config.database, {
      log: (line) => log.debug({ postgres: line }),
      making: (dataDir) => log.info({ dataDir }, "making the embedded PostgreSQL, which takes some seconds"),
    });
    stops.push(() => database.stop());
    const serving = serve(database.url, config, log, stops).then((text) => surroundings.stdout.write(text));
    // A start may take long, as when another instance migrates: a signal ends it too.
    const ending = await Promise.race([signalled, serving.then(() => database.lost)]);
    if (ending === undefined) {
      log.fatal("the embedded PostgreSQL ended by itself");
      exitCode = 1;
      // No call can be answered any more.
      graceMs = 0;
    } else log.info({ signal: ending }, "stopping");
  } finally {
    await stopAll(stops, graceMs);
  }
  log.info("stopped");
  return exitCode;
}

/** Stops what was started last first, and all of it whatever fails. */
async function stopAll(stops: readonly Stop[], graceMs: number | undefined): Promise<void> {
  const [stop, ...earlier] = stops.toReversed();
  if (stop === undefined) return;
  await stop(graceMs).finally(() => stopAll(earlier.reverse(), graceMs));
}

/** Answers what to print for people. */
async function serve(databaseUrl: string, config: Config, log: Logger, stops: Stop[]): Promise<string> {
  const { admin, connectionsPerAddress, creditProducts, database, host, origins, port, proxies } = config;
  const limits = { connectionsPerAddressMax: connectionsPerAddress };
  const service = await createService(databaseUrl, log, { creditProducts, limits, origins, proxies });
  stops.push(service.stop);
  if (admin !== undefined) await ensureAdminCredential(service.app, admin);
  const facts = database.kind === "embedded" ? await prepareDemo(service.app, database.dataDir) : undefined;
  if (!(await service.app.credentials.hasPlatformAdmin())) log.warn(noWayIn);
  const address = await service.listen(host, port).catch((error) => {
    throw listenFailure(error);
  });
  log.info({ host: address.host, port: address.port }, "ready");
  return facts === undefined ? "" : welcome({ address, ...facts });
}

/** @throws ConfigError where nobody could listen at that address */
async function requireFreePort({ host, port }: Config): Promise<void> {
  const probe = createServer();
  try {
    await once(probe.listen(port, host), "listening");
  } catch (error) {
    throw listenFailure(error as Error);
  }
  await once(probe.close(), "close");
}

/** With a database of its own comes a credential, and something to look at. */
async function prepareDemo(app: App, dataDir: string): Promise<Omit<WelcomeFacts, "address">> {
  const credential = generatedCredential(dataDir);
  await ensureAdminCredential(app, credential);
  return { credential, demo: await ensureDemo(app) };
}
