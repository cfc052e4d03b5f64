import { existsSync, readdirSync } from "node:fs";
import { openDatabase } from "../../src/store/driver/database.ts";
import { requireMigrated } from "../../src/store/driver/migrate.ts";
import { createDatabase } from "../support/database.ts";
import { outcomeOf, startProgram } from "./program.ts";
import { endServers, newDataFolder } from "./server.ts";

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
