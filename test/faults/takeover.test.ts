import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { ensureAdminCredential } from "../../src/admin-credential.ts";
import type { EmbeddedPostgres } from "../../src/embedded/embedded-postgres.ts";
import { createService, type TallystickService } from "../../src/service.ts";
import { makeTenant } from "../lifecycle/workers/crew.ts";
import { type CommitProxy, startCommitProxy } from "../support/commit-proxy.ts";
import { brokenRules } from "../support/ledger.ts";
import { stopProcesses } from "../support/postgres-processes.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";
import { grpcClient, type LedgerClient } from "../workload/calls.ts";
import { Random, seedOf } from "../workload/random.ts";
import { Load } from "./load.ts";
import { promote, startPrimary, startStandby } from "./standby.ts";

const credential = { clientId: "operator", clientSecret: "the-secret-of-the-operator" };
const startMsMax = 120_000;

let folder: string;
let primary: EmbeddedPostgres;
let standby: EmbeddedPostgres;
let proxies: CommitProxy[];
let services: TallystickService[];
let instances: { readonly client: LedgerClient }[];

/** Two instances that know both servers by their addresses, of which one follows the other before anything is acknowledged. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tallystick-takeover-"));
  primary = await startPrimary(join(folder, "primary"));
  standby = await startStandby(primary.url, join(folder, "standby"));
  proxies = [await startCommitProxy(primary.url), await startCommitProxy(standby.url)];
  const hosts = proxies.map(({ url }) => new URL(url).host).join(",");
  const { username, pathname } = new URL(proxies[0]?.url ?? "");
  const url = `postgres://${username}@${hosts}${pathname}?target_session_attrs=primary`;
  const log = pino({ enabled: false });
  services = [await createService(url, log), await createService(url, log)];
  for (const { app } of services) await ensureAdminCredential(app, credential);
  instances = await Promise.all(
    services.map(async (service) => {
      const { port } = await service.listen("127.0.0.1", 0);
      return { client: grpcClient(`http://127.0.0.1:${port}`, credential) };
    }),
  );
  await withSql(primary.url, async (sql) => {
    await sql`alter system set synchronous_standby_names = '*'`;
    await sql`select pg_reload_conf()`;
    await until(async () => {
      const [row] = await sql`select sync_state from pg_stat_replication`;
      return row?.["sync_state"] === "sync";
    });
  });
}, startMsMax);
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await Promise.all([primary.stop(), standby.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

it(
  "of what was acknowledged nothing is missing when a synchronous standby takes over under load",
  async () => {
    const tenant = await makeTenant(primary.url);
    const load = new Load(tenant, instances, new Random(seedOf("takeover")));
    try {
      await load.untilAnswered(30);
      const [row] = await withSql(primary.url, (sql) => sql`show data_directory`);
      stopProcesses(row?.["data_directory"]).signal("SIGKILL");
      await primary.exited;
      await proxies[0]?.close();
      await promote(standby.url);
      await load.untilAnswered(30);
    } finally {
      await load.stop();
    }
    const { journal } = load;
    for (const { client } of instances) await journal.resolveDoubts(client);
    expect(journal.unexpected).toEqual([]);
    for (const { client } of instances) expect(await journal.contradictions(client)).toEqual([]);
    expect(await withSql(standby.url, (sql) => journal.surplus(sql, tenant.orgId))).toBe(0);
    expect(await brokenRules(standby.url)).toEqual([]);
  },
  startMsMax,
);
