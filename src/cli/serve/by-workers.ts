import { createApp } from "../../app.ts";
import { prepareTables } from "../../prepare-tables.ts";
import { openDatabase } from "../../store/driver/database.ts";
import { type Prepared, prepare } from "./prepare.ts";
import type { Serving, ServingOptions } from "./serving.ts";
import { untilPrepared } from "./until-prepared.ts";
import { Workers } from "./workers.ts";

/** Serves by processes of their own behind the one port. This one prepares what they work on, and looks after them. */
export async function serveByWorkers(options: ServingOptions): Promise<Serving> {
  const { databaseUrl, config, tls, log, stops } = options;
  const prepared = await untilPrepared(options, () => prepareOnce(options));
  const env = { DATABASE_URL: databaseUrl, PORT: String(config.port) };
  const { workers: count, lifecycle } = config;
  const graceMs = lifecycle.shutdownGraceMs;
  const workers = new Workers({ count, env, certificates: tls?.certificates, graceMs, log });
  stops.push((graceMs) => workers.stop(graceMs));
  const address = await workers.start();
  return { address, prepared, leave: () => workers.leave(), failed: workers.failed };
}

async function prepareOnce({ databaseUrl, config, log }: ServingOptions): Promise<Prepared | undefined> {
  await prepareTables(databaseUrl, log, config.isToDistribute);
  const database = openDatabase(databaseUrl, { processes: config.workers });
  const { creditProducts, workers } = config;
  const app = createApp(database, { log, creditProducts, processes: workers });
  try {
    return await prepare(app, config, log);
  } finally {
    await app.refusalLog.close();
    await database.close();
  }
}
