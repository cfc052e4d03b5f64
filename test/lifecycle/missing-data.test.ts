import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { inProcess } from "./outcome.ts";
import { endServers, newDataFolder } from "./server.ts";

afterAll(endServers);

/** Commands that work on what there is, and their exit code where there is nothing. */
const commands: [string, number][] = [
  ["verify", 2],
  ["credentials create", 2],
  ["import frontier --from postgres://127.0.0.1:1/none --dry-run", 2],
];

describe.each(commands)("tallystick %s", (line, code) => {
  const run = (dataDir: string) => inProcess(line.split(" "), { TALLYSTICK_DATA_DIR: dataDir });
  const refusalOf = (dataDir: string) => ({
    code,
    stdout: "",
    stderr: `tallystick: There is no database in ${dataDir}: set TALLYSTICK_DATA_DIR to the folder where the server keeps it, or set DATABASE_URL.\n`,
  });

  it("says that the data folder is not there, and makes none", async () => {
    const dataDir = newDataFolder();
    expect(await run(dataDir)).toEqual(refusalOf(dataDir));
    expect(existsSync(dataDir)).toBe(false);
  });

  it("says that a folder holds no database", async () => {
    const folder = dirname(newDataFolder());
    expect(await run(folder)).toEqual(refusalOf(folder));
  });

  it("says so of a file, too", async () => {
    const file = newDataFolder();
    writeFileSync(file, "");
    chmodSync(file, 0o777);
    expect(await run(file)).toEqual(refusalOf(file));
  });
});
