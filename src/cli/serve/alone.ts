import { prepareTables } from "../../prepare-tables.ts";
import { openService } from "../../service.ts";
import { listenFailure } from "../../startup-failure.ts";
import { openTraces } from "../../telemetry/open-traces.ts";
import { version } from "../../version.ts";
import { prepare } from "./prepare.ts";
import { type Serving, type ServingOptions, serviceOptionsOf } from "./serving.ts";
import { untilPrepared } from "./until-prepared.ts";

/** Serves in this process. */
export async function serveAlone(options: ServingOptions): Promise<Serving> {
  const { databaseUrl, config, tls, log, stops } = options;
  const traces = config.traces && (await openTraces(config.traces, { version, log }));
  if (traces !== undefined) stops.push(() => traces.stop());
  const service = openService(databaseUrl, log, { ...serviceOptionsOf(config, tls), traces });
  stops.push(service.stop);
  const prepared = await untilPrepared(options, async () => {
    await prepareTables(databaseUrl, log, config.isToDistribute);
    return prepare(service.app, config, log);
  });
  const address = await service.listen(config.host, config.port).catch((error) => {
    throw listenFailure(error, config.metrics.port);
  });
  return { address, prepared, leave: service.leave, failed: new Promise(() => undefined) };
}
