import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import postgres, { type Sql } from "postgres";
import { socketHost } from "../connection.ts";
import { EmbeddedPostgresError, errorCode, systemReason } from "../error.ts";
import { clusterEntry } from "../launcher.ts";
import { makeFolder } from "../make-folder.ts";
import { copyFile, entriesUnder, type FileFacts, makePrivateFolder, syncFolder, writeText } from "./files.ts";
import { besideCluster, type Manifest, manifestName } from "./manifest.ts";

/** Where the cluster is in a backup, as in a data folder. */
const cluster = "postgres";

/** What of a cluster is of this run alone, or made anew: PostgreSQL's docs, "Making a Base Backup Using the Low Level API". */
const left =
  /^(postmaster\.(pid|opts)|backup_label(\.old)?|tablespace_map|current_logfiles|recovery\.signal|(pg_wal|pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans)\/.*)$|(^|\/)(pgsql_tmp|pg_internal\.init)[^/]*/;
/** It says from where recovery starts, so it is copied last. */
const control = "global/pg_control";
/**
 * Recovery ends with what the backup has, and on a new timeline, so that whoever followed the ledger learns of it. Until then
 * nobody is let in.
 */
const recoverySettings = "restore_command = 'false'\nhot_standby = 'off'\n";

export interface BackUpOptions {
  /** Of the PostgreSQL that runs on the data folder. */
  readonly url: string;
  readonly dataDir: string;
  /** Made by this; empty where it is there. */
  readonly backup: string;
}

/**
 * Copies a data folder while its PostgreSQL runs. The files are of different moments; the log of all changes that were made
 * meanwhile goes with them, and a start on the copy carries them out. So what was acknowledged before the end is in it.
 *
 * @throws EmbeddedPostgresError where the backup cannot be written
 */
export async function backUp({ url, dataDir, backup }: BackUpOptions): Promise<Manifest> {
  refuseWithin(clusterEntry(dataDir), backup);
  const unfinished = makeUnfinished(backup);
  const remove = () => rmSync(unfinished, { recursive: true, force: true, maxRetries: 3 });
  // A signal ends the process in the midst of this.
  process.once("exit", remove);
  try {
    const copy = new Copy(unfinished);
    for (const name of besideCluster) await copy.file(join(dataDir, name), name);
    copy.folder(cluster);
    const sql = postgres(url, {
      ...socketHost(url),
      max: 1,
      fetch_types: false,
      onnotice: () => undefined,
      // The session holds the backup together, however long that takes.
      max_lifetime: null,
    });
    const end = await copyCluster(sql, realpathSync(clusterEntry(dataDir)), copy).finally(() =>
      sql.end({ timeout: 1 }),
    );
    const manifest = await copy.finish(end);
    renameSync(unfinished, backup);
    await syncFolder(dirname(backup));
    return manifest;
  } catch (error) {
    remove();
    throw isOfSystem(error)
      ? new EmbeddedPostgresError(`The backup ${backup} cannot be written: ${systemReason(error)}.`)
      : error;
  } finally {
    process.off("exit", remove);
  }
}

/** Answers the moment before the end: whoever was acknowledged until then is in the log that goes with it. */
async function copyCluster(sql: Sql, from: string, copy: Copy): Promise<Date> {
  // As long as this session lasts no log is thrown away that was written since.
  await answered(
    sql`select pg_create_physical_replication_slot(${`tallystick_backup_${process.pid}`}, true, true)`,
  );
  const [start] = await answered(sql<{ wal: string }[]>`
    select pg_walfile_name(pg_backup_start('tallystick', true)) as wal`);
  for (const { path, isFolder } of entriesUnder(from)) {
    if (left.test(path) || path === control || path === "postgresql.auto.conf") continue;
    if (isFolder) copy.folder(join(cluster, path));
    else await copy.file(join(from, path), join(cluster, path));
  }
  await copy.file(join(from, control), join(cluster, control));
  const end = new Date();
  const [stop] = await answered(sql<{ wal: string; label: string }[]>`
    select pg_walfile_name(lsn) as wal, labelfile as label from pg_backup_stop(false)`);
  if (start === undefined || stop === undefined) throw new Error("PostgreSQL says nothing of the backup");
  for (const { path } of entriesUnder(join(from, "pg_wal")))
    if (isLog(path) && start.wal <= path && path <= stop.wal)
      await copy.file(join(from, "pg_wal", path), join(cluster, "pg_wal", path));
  const settings = readFileSync(join(from, "postgresql.auto.conf"), "utf8").replace(recoverySettings, "");
  await copy.text(join(cluster, "postgresql.auto.conf"), settings + recoverySettings);
  await copy.text(join(cluster, "backup_label"), stop.label);
  await copy.text(join(cluster, "recovery.signal"), "");
  return end;
}

/** What goes wrong there is PostgreSQL's, or of the way to it, and of no file. */
async function answered<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    throw new EmbeddedPostgresError(
      `There is no backup: the database did not answer to its end (${systemReason(error)}). Back up again.`,
    );
  }
}

function isLog(name: string): boolean {
  return /^[0-9A-F]{24}$/.test(name);
}

/** A backup while it is made. */
class Copy {
  private readonly folders: string[] = [];
  private readonly files: Record<string, FileFacts> = {};

  constructor(private readonly to: string) {}

  folder(path: string): void {
    makePrivateFolder(join(this.to, path));
    this.folders.push(path);
  }

  /** One that goes meanwhile is none. */
  async file(from: string, path: string): Promise<void> {
    try {
      this.files[path] = await copyFile(from, join(this.to, path));
    } catch (error) {
      if (errorCode(error) !== "ENOENT" || existsSync(from)) throw error;
    }
  }

  async text(path: string, text: string): Promise<void> {
    this.files[path] = await writeText(join(this.to, path), text);
  }

  /** What has a manifest is whole. */
  async finish(end: Date): Promise<Manifest> {
    const manifest = { end: end.toISOString(), folders: this.folders, files: this.files };
    for (const path of this.folders) await syncFolder(join(this.to, path));
    await writeText(join(this.to, manifestName), `${JSON.stringify(manifest, null, 1)}\n`);
    await syncFolder(this.to);
    return manifest;
  }
}

function makeUnfinished(backup: string): string {
  try {
    if (existsSync(backup) && readdirSync(backup).length > 0)
      throw new EmbeddedPostgresError(`${backup} is not empty: name a folder that is not there yet.`);
    makeFolder(dirname(backup));
    return mkdtempSync(join(dirname(backup), `${basename(backup)}.unfinished-`));
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    throw new EmbeddedPostgresError(`The backup ${backup} cannot be made: ${systemReason(error)}.`);
  }
}

/** There it would be copied, too, until the disk is full. */
function refuseWithin(copied: string, backup: string): void {
  if (!`${realPathOf(backup)}/`.startsWith(`${realPathOf(copied)}/`)) return;
  throw new EmbeddedPostgresError(`${backup} lies in what is backed up, ${copied}: name a folder elsewhere.`);
}

/** Also of what is not there yet. */
function realPathOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realPathOf(dirname(path)), basename(path));
}

/** A full disk, or no right to a file. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}
