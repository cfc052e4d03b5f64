import { execFileSync } from "node:child_process";
import { chownSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sql } from "postgres";
import { socketHost } from "../../src/embedded/connection.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/embedded/embedded-postgres.ts";
import { copyCluster } from "../support/cluster-copy.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";

export function startPrimary(dataDir: string): Promise<EmbeddedPostgres> {
  // Nobody needs these data after a power cut, and no file may go while the folder is copied.
  const settings = { fsync: "off", autovacuum: "off", shared_buffers: "64MB", wal_keep_size: "64MB" };
  copyCluster(dataDir);
  return startEmbeddedPostgres({ dataDir, log: () => undefined, settings });
}

/** Starts a standby of a server, in a data folder of its own, and waits until it follows. */
export async function startStandby(primaryUrl: string, dataDir: string): Promise<EmbeddedPostgres> {
  const fresh = await startPrimary(dataDir);
  const cluster = await withSql(fresh.url, dataDirectory);
  await fresh.stop();
  const label = await withSql(primaryUrl, async (sql) => {
    await sql`select pg_backup_start('standby', fast => true)`;
    const copy = 'rm -r "$1"/* && cp -a "$0"/. "$1" && rm "$1"/postmaster.pid';
    execFileSync("sh", ["-c", copy, await dataDirectory(sql), cluster]);
    const [stopped] = await sql<
      { label: string }[]
    >`select labelfile as label from pg_backup_stop(wait_for_archive => false)`;
    return stopped?.label ?? "";
  });
  const { host } = socketHost(primaryUrl);
  addTo(cluster, {
    backup_label: label,
    "standby.signal": "",
    // Not an argument of the server, which nothing could change while it runs.
    "postgresql.auto.conf": `primary_conninfo = 'host=${host} user=${new URL(primaryUrl).username}'\n`,
  });
  const standby = await startPrimary(dataDir);
  await until(() =>
    withSql(primaryUrl, (sql) =>
      sql`select from pg_stat_replication where state = 'streaming'`.then(({ length }) => length > 0),
    ),
  );
  return standby;
}

/** Waits until a standby has all that its server has written so far. */
export async function untilCaughtUp(primaryUrl: string, standbyUrl: string): Promise<void> {
  const [written] = await withSql(primaryUrl, (sql) => sql`select pg_current_wal_lsn()::text as lsn`);
  await withSql(standbyUrl, (sql) =>
    until(async () => {
      const [row] = await sql`select pg_last_wal_replay_lsn() >= ${written?.["lsn"]}::pg_lsn as is_there`;
      return row?.["is_there"];
    }),
  );
}

/** From now on the standby hears of nothing that its server does. */
export async function cutOff(standbyUrl: string): Promise<void> {
  await withSql(standbyUrl, async (sql) => {
    await sql`alter system set primary_conninfo = ''`;
    await sql`select pg_reload_conf()`;
    await until(async () => (await sql`select from pg_stat_wal_receiver`).length === 0);
  });
}

export async function promote(standbyUrl: string): Promise<void> {
  await withSql(standbyUrl, async (sql) => {
    const [row] = await sql`select pg_promote() as is_done`;
    if (row?.["is_done"] !== true) throw new Error("the standby was not promoted");
  });
}

async function dataDirectory(sql: Sql): Promise<string> {
  const [row] = await sql`show data_directory`;
  return row?.["data_directory"];
}

/** Writes files into a cluster, which belong to whoever the cluster belongs to. */
function addTo(cluster: string, files: Readonly<Record<string, string>>): void {
  const { uid, gid } = statSync(cluster);
  for (const [name, content] of Object.entries(files)) {
    const path = join(cluster, name);
    rmSync(path, { force: true });
    writeFileSync(path, content, { mode: 0o600 });
    chownSync(path, uid, gid);
  }
}
