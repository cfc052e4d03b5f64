import { ensureAdminCredential, generatedCredential } from "./admin-credential.ts";
import { readConfig } from "./config.ts";
import { ensureDemo } from "./demo.ts";
import { startEmbeddedPostgres } from "./embedded/embedded-postgres.ts";
import { createLog } from "./log.ts";
import type { Address } from "./server/port.ts";
import { createService, type TallystickService } from "./service.ts";
import { startupFailure } from "./startup-failure.ts";
import { welcome } from "./welcome.ts";

/** Starts the service, waits for a signal, and stops in the reverse order of the start. */
async function run(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.log);
  const signalled = firstSignal();
  const stops: (() => Promise<void>)[] = [];
  try {
    let databaseLost = new Promise<void>(() => undefined);
    let databaseUrl: string;
    if (config.database.kind === "external") databaseUrl = config.database.url;
    else {
      const { dataDir } = config.database;
      const postgres = await startEmbeddedPostgres({ dataDir, log: (line) => log.debug({ postgres: line }) });
      stops.push(postgres.stop);
      databaseUrl = postgres.url;
      databaseLost = postgres.exited;
    }
    const service = await createService(databaseUrl, log);
    stops.push(service.stop);
    if (config.admin !== undefined) await ensureAdminCredential(service.app, config.admin);
    const address = await service.listen(config.host, config.port);
    log.info({ host: address.host, port: address.port }, "ready");
    if (config.database.kind === "embedded") await greet(service, address, config.database.dataDir);

    const ending = await Promise.race([signalled, databaseLost.then(() => undefined)]);
    if (ending === undefined) {
      log.fatal("the embedded PostgreSQL ended by itself");
      process.exitCode = 1;
    } else log.info({ signal: ending }, "stopping");
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
  log.info("stopped");
}

/** With a database of its own comes a credential, and something to look at. */
async function greet({ app }: TallystickService, address: Address, dataDir: string): Promise<void> {
  const credential = generatedCredential(dataDir);
  await ensureAdminCredential(app, credential);
  const demo = await ensureDemo(app);
  process.stdout.write(welcome({ address, credential, demo }));
}

/** The first SIGINT or SIGTERM. npm and the terminal may each send one, so further ones change nothing. */
function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve(signal));
  });
}

run().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`tallystick: ${startupFailure(error)}\n`);
    process.exit(1);
  },
);
