import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres, { type Sql } from "postgres";
import { socketHost } from "../../src/embedded/connection.ts";
import { startEmbeddedPostgres } from "../../src/embedded/embedded-postgres.ts";
import { parentOf } from "../costs/process.ts";

/** A PostgreSQL of its own, durable, with an empty database for the service. */
export interface Cluster {
  /** Of the service's database. */
  readonly url: string;
  /** A way to the cluster's statistics, over a database that nothing else uses. */
  readonly sql: Sql;
  readonly postmasterPid: number;
  stop(): Promise<void>;
}

export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "tallystick-bench-"));
  const embedded = await startEmbeddedPostgres({
    dataDir: folder,
    log: () => undefined,
    // Keeps what a stretch has written until it is counted, also where a checkpoint comes in between.
    settings: { wal_keep_size: "1GB" },
  });
  const sql = connectTo(databaseOf(embedded.url, "postgres"));
  await sql`create extension pg_walinspect`;
  const [backend] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return {
    url: embedded.url,
    sql,
    postmasterPid: parentOf(backend?.pid ?? 0),
    stop: async () => {
      await sql.end();
      await embedded.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** How large the service's database is. */
export async function databaseBytes({ url, sql }: Cluster): Promise<number> {
  const name = new URL(url).pathname.slice(1);
  const [row] = await sql<{ bytes: string }[]>`select pg_database_size(${name}) as bytes`;
  return Number(row?.bytes);
}

/** The URL of another database of the same cluster. */
export function databaseOf(url: string, name: string): string {
  return url.replace(/[^/]*$/, name);
}

export function connectTo(databaseUrl: string, connections = 1): Sql {
  const options = { max: connections, onnotice: () => undefined };
  return postgres(databaseUrl, { ...socketHost(databaseUrl), ...options });
}

/** Gives the planner its statistics, as a database that has run for a while has them. */
export async function vacuum(databaseUrl: string): Promise<void> {
  const sql = connectTo(databaseUrl);
  await sql`vacuum analyze`;
  await sql.end();
}
