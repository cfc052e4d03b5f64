import { existsSync, readdirSync } from "node:fs";
import { openDatabase } from "../../src/store/driver/database.ts";
import { requireMigrated } from "../../src/store/driver/migrate.ts";
import { startCommitProxy } from "../support/commit-proxy.ts";
import { createDatabase } from "../support/database.ts";
import { withSql } from "../support/sql.ts";
import { inProcess } from "./outcome.ts";
import { outcomeOf, startProgram } from "./program.ts";
import { end, endServers, newDataFolder, ready, startServer } from "./server.ts";

afterAll(endServers);

describe("tallystick migrate", () => {
  it("migrates the database of DATABASE_URL, and finds nothing to do the second time", async () => {
    const { url, drop } = await createDatabase("empty");
    for (const _time of ["first", "second"]) {
      const line = "Migrated: the database of DATABASE_URL is up to date.\n";
      expect(await outcome({ DATABASE_URL: url })).toEqual({ code: 0, stdout: line, stderr: "" });
    }
    const database = openDatabase(url);
    await requireMigrated(database);
    await database.close();
    await drop();
  });

  it("migrates the embedded database, and stops it again", async () => {
    const dataDir = newDataFolder();
    const line = `Migrated: the embedded database in ${dataDir} is up to date.\n`;
    expect(await outcome({ TALLYSTICK_DATA_DIR: dataDir })).toEqual({ code: 0, stdout: line, stderr: "" });
    expect(readdirSync(dataDir)).toEqual(["postgres"]);
    expect(existsSync(`${dataDir}/postgres/postmaster.pid`)).toBe(false);
  });

  it("distributes no database that has no nodes, and says what to do", async () => {
    const { url, drop } = await createDatabase("empty");
    const migrations: readonly (readonly [string[], Record<string, string>])[] = [
      [["--distribute"], { DATABASE_URL: url }],
      [[], { DATABASE_URL: url, DATABASE_DISTRIBUTED: "citus" }],
    ];
    for (const [args, settings] of migrations) {
      const { code, stdout, stderr } = await inProcess(["migrate", ...args], settings);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(
        /^tallystick: The database cannot be distributed: it[^\n]+ on every node[^\n]*\.\n$/,
      );
    }
    const embedded = await inProcess(["migrate", "--distribute"], { TALLYSTICK_DATA_DIR: newDataFolder() });
    expect(embedded.stderr).toMatch(/^tallystick: --distribute needs DATABASE_URL: /);
    await drop();
  });

  it("gives a role what serving needs, with which a start serves and migrates nothing", async () => {
    const { url, name, drop } = await createDatabase("empty");
    const role = `serving_${name}`;
    const serving = new URL(url);
    serving.username = role;
    const grant = (settings: Record<string, string>) => inProcess(["migrate", "--grant-to", role], settings);
    expect((await grant({ DATABASE_URL: url })).stderr).toMatch(
      /^tallystick: There is no role serving_\w+: /,
    );
    await withSql(url, (sql) => sql.unsafe(`create role ${role} login`));
    for (const time of ["has", "had"]) {
      const { code, stdout } = await grant({ DATABASE_URL: url });
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: expect.stringContaining(`date, and ${role} ${time}`),
      });
    }
    const server = startServer({ DATABASE_URL: serving.href });
    await ready(server);
    expect(await end(server, "SIGTERM")).toBe(0);
    await withSql(url, (sql) => sql`delete from drizzle.__drizzle_migrations`);
    const { code, stderr } = await inProcess(["migrate"], { DATABASE_URL: serving.href });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^tallystick: The database lacks 0000_journal, .* run `tallystick migrate --grant-to /,
    );
    expect((await grant({ TALLYSTICK_DATA_DIR: newDataFolder() })).stderr).toMatch(
      /^tallystick: --grant-to needs DATABASE_URL: /,
    );
    await withSql(url, (sql) => sql.unsafe(`drop owned by ${role}; drop role ${role}`));
    await drop();
  });

  it("says in one line that it lost its connection amid a migration, after which a start goes on", async () => {
    const { url, drop } = await createDatabase("empty");
    const proxy = await startCommitProxy(url);
    const cutAmid = () => proxy.cutAt("before", (sent) => /create (unique )?index/i.test(sent.toString()));
    cutAmid();
    const { code, stdout, stderr } = await outcome({ DATABASE_URL: proxy.url });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^tallystick: DATABASE_URL: [^\n]* \(CONNECTION_CLOSED\)\.\n$/);
    cutAmid();
    const server = startServer({ DATABASE_URL: proxy.url });
    await server.until(/"waiting for the database"/);
    await ready(server);
    expect(await end(server, "SIGTERM")).toBe(0);
    expect(proxy.cuts).toBe(2);
    await proxy.close();
    await drop();
  });

  it("says in one line why it cannot", async () => {
    const { code, stdout, stderr } = await outcome({ DATABASE_URL: "postgres://me:secret@127.0.0.1:1/db" });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /^tallystick: DATABASE_URL: the database cannot be reached: [^\n]* \(ECONNREFUSED\)\.\n$/,
    );
    expect(stderr).not.toContain("secret");
  });
});

function outcome(settings: Record<string, string>) {
  return outcomeOf(startProgram(["migrate"], settings));
}
