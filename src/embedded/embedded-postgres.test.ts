import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import postgres, { type Sql } from "postgres";
import { socketHost } from "./connection.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded-postgres.ts";
import { EmbeddedPostgresError } from "./error.ts";
import { processCommand } from "./process-identity.ts";

/** Waiting for the disk would be most of the time of these tests. */
const settings = { fsync: "off", shared_buffers: "16MB" };

const folder = mkdtempSync(join(tmpdir(), "tallystick-embedded-"));
const dataDir = join(folder, "data");
const lock = join(dataDir, "lock");
const pidFile = join(dataDir, "postgres", "postmaster.pid");

let running: EmbeddedPostgres | undefined;

async function start(overrides: Record<string, string> = {}): Promise<EmbeddedPostgres> {
  running = await startEmbeddedPostgres({
    dataDir,
    log: () => undefined,
    settings: { ...settings, ...overrides },
  });
  return running;
}

async function query<T>({ url }: EmbeddedPostgres, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { ...socketHost(url), max: 1 });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

function postmasterPid(): number {
  return Number(readFileSync(pidFile, "utf8").split("\n")[0]);
}

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("startEmbeddedPostgres", () => {
  it("makes a database on the first start and keeps its data for the second", async () => {
    const first = await start();
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    await query(first, (sql) => sql`create table note as select 'kept' as text`);
    await first.stop();

    const second = await start();
    expect(
      await query(second, (sql) => sql`select current_database() as database, text from note`),
    ).toMatchObject([{ database: "tallystick", text: "kept" }]);
  });

  it("listens on nothing but a socket in a folder of its own", async () => {
    const server = await start();
    expect(await query(server, (sql) => sql`show listen_addresses`)).toMatchObject([
      { listen_addresses: "" },
    ]);
    const socketFolder = socketHost(server.url).host ?? "";
    expect(statSync(socketFolder).mode & 0o777).toBe(0o700);
  });

  it("stores text as UTF-8, ordered by code point wherever it runs", async () => {
    const server = await start();
    const [row] = await query(
      server,
      (sql) => sql`select getdatabaseencoding() as encoding, 'Z' < 'a' as by_code_point, upper('ä') as upper`,
    );
    expect(row).toMatchObject({ encoding: "UTF8", by_code_point: true, upper: "Ä" });
  });

  it("stops cleanly: no process, no socket, no lock, however often it is asked", async () => {
    const server = await start();
    const pid = postmasterPid();
    await Promise.all([server.stop(), server.stop()]);
    expect(processCommand(pid)).toBeUndefined();
    expect(existsSync(socketHost(server.url).host ?? "")).toBe(false);
    expect(readdirSync(dataDir)).toEqual(["postgres"]);
  });

  it("tells when PostgreSQL ends by itself", async () => {
    const server = await start();
    process.kill(postmasterPid(), "SIGINT");
    expect(await server.exited).toMatch(/^postgres /);
    await server.stop();
    expect(existsSync(lock)).toBe(false);
  });

  it("refuses a second server on the same folder and leaves the first one alone", async () => {
    const server = await start();
    const second = startEmbeddedPostgres({ dataDir, log: () => undefined, settings });
    await expect(second).rejects.toThrow(`${dataDir} is in use by another server (process ${process.pid})`);
    expect(await query(server, (sql) => sql`select 1 as alive`)).toMatchObject([{ alive: 1 }]);
  });

  it("shuts down what a killed server left running, and starts with its data", async () => {
    await (await start()).stop();
    const killed = await startInChildProcess();
    const orphan = postmasterPid();
    killed.kill("SIGKILL");
    await once(killed, "exit");
    expect(processCommand(orphan)).toContain("postgres -D");
    expect(existsSync(lock)).toBe(true);

    const server = await start();
    expect(postmasterPid()).not.toBe(orphan);
    expect(await query(server, (sql) => sql`select text from note`)).toMatchObject([{ text: "kept" }]);
  });

  it("is not kept from starting by a pid file whose pid now belongs to another process", async () => {
    await (await start()).stop();
    const stranger = spawn("sleep", ["60"], { stdio: "ignore" });
    try {
      writeFileSync(pidFile, `${stranger.pid}\n${dirname(pidFile)}\n1\n5432\n/nowhere\n\n  1  1\nready   \n`);
      await start();
      expect(processCommand(Number(stranger.pid))).toContain("sleep");
    } finally {
      stranger.kill();
    }
  });

  it("clears away a database that was not made to its end", async () => {
    mkdirSync(join(dataDir, "postgres.unfinished-abc", "base"), { recursive: true });
    await (await start()).stop();
    expect(readdirSync(dataDir)).toEqual(["postgres"]);
  });

  it("says in one line why PostgreSQL does not start, and gives the folder back", async () => {
    const failed = start({ shared_buffers: "plenty" });
    await expect(failed).rejects.toThrow(EmbeddedPostgresError);
    await expect(failed).rejects.toThrow(
      /^The database does not start: postgres ended with code 1: FATAL: {2}invalid value for parameter "shared_buffers": "plenty"$/,
    );
    expect(readdirSync(dataDir)).toEqual(["postgres"]);
  });

  it("says in one line that the data folder cannot be written", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const failed = startEmbeddedPostgres({ dataDir: join(file, "data"), log: () => undefined, settings });
    await expect(failed).rejects.toThrow(EmbeddedPostgresError);
    await expect(failed).rejects.toThrow(
      `The data folder ${join(file, "data")} cannot be written (ENOTDIR: not a directory): set TALLYSTICK_DATA_DIR to another one, or set DATABASE_URL.`,
    );
  });
});

/** A process that has started the database, says so, and then only waits. */
async function startInChildProcess(): Promise<ChildProcess> {
  const sources = pathToFileURL(resolve("src/embedded/embedded-postgres.ts")).href;
  const options = JSON.stringify({ dataDir, settings });
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(sources)};
    await startEmbeddedPostgres({ ...${options}, log: () => undefined });
    process.stdout.write("started");`;
  const hook = pathToFileURL(resolve("test/support/typescript.mjs")).href;
  const child = spawn(process.execPath, ["--import", hook, "--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const outcome = await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  expect(String(outcome[0])).toBe("started");
  return child;
}
