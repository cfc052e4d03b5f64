import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "../../src/embedded/embedded-postgres.ts";
import { startCitusCluster } from "./citus/cluster.ts";
import { nodesOf } from "./citus/membership.ts";
import { copyCluster, makeClusterToCopy } from "./cluster-copy.ts";
import { makePlannedDatabase } from "./planned-database.ts";
import { makeScratchFolder } from "./scratch-folder.ts";
import { makeTemplates } from "./templates.ts";

/** Nobody needs these data after a power cut, and waiting for the disk would be most of the time of the tests. */
const forgetful = {
  fsync: "off",
  full_page_writes: "off",
  shared_buffers: "128MB",
  // A service may have 26, and some files have several of them.
  max_connections: "300",
};

declare global {
  /** Takes away what the set-up made; the tear-down runs in the same process. */
  var stopTestPostgres: (() => Promise<void>) | undefined;
}

/**
 * One PostgreSQL for the whole run, in TEST_DATABASE_URL; a server that is named there already is used instead. Where that
 * is the coordinator of a Citus cluster, or TEST_CITUS names an installation to start one of, databases are distributed.
 */
export default async function globalSetup(): Promise<void> {
  const scratch = makeScratchFolder();
  const { stop: stopServers, nodes } = await useServers();
  const templates = await makeTemplates(nodes);
  if (nodes === undefined) templates.push(await makePlannedDatabase());
  const stop = async () => {
    await (stopServers?.() ?? Promise.all(templates.map(({ drop }) => drop())));
    scratch.remove();
  };
  globalThis.stopTestPostgres = stop;
  // Jest's own answer to Ctrl-C skips the tear-down.
  process.once("SIGINT", () => stop().finally(() => process.exit(130)));
}

interface Servers {
  /** The URLs of a cluster's nodes, the coordinator's first. */
  readonly nodes?: readonly [string, ...string[]] | undefined;
  /** Missing where they are not ours. */
  readonly stop?: () => Promise<void>;
}

async function useServers(): Promise<Servers> {
  const named = process.env["TEST_DATABASE_URL"];
  if (named) return { nodes: await nodesOf(named) };
  const installation = process.env["TEST_CITUS"];
  if (!installation) return { stop: await startServer() };
  const cluster = await startCitusCluster(installation, forgetful);
  process.env["TEST_DATABASE_URL"] = cluster.coordinator.url;
  return { nodes: cluster.urls, stop: cluster.remove };
}

async function startServer(): Promise<() => Promise<void>> {
  await makeClusterToCopy();
  const dataDir = mkdtempSync(join(tmpdir(), "tallystick-test-"));
  copyCluster(dataDir);
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: () => undefined,
    settings: { ...forgetful, synchronous_commit: "off" },
  });
  process.env["TEST_DATABASE_URL"] = postgres.url;
  return postgres.stop;
}
