import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { takeLock } from "../../src/embedded/lock.ts";
import { byProgram, inProcess, type RunToEnd } from "../lifecycle/outcome.ts";
import {
  end,
  endServers,
  newDataFolder,
  ready,
  startedDataFolder,
  startServer,
} from "../lifecycle/server.ts";
import { describeOnCluster } from "../support/citus/on-cluster.ts";
import { createDatabase } from "../support/database.ts";
import { startService, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { plant } from "./books.ts";
import { historyAccounts, historyEntries, makeHistory } from "./history.ts";

let service: TestService;
let sound: Tenant;
let damaged: Tenant;
beforeAll(async () => {
  service = await startService();
  [sound, damaged] = [await service.tenant({ credits: 7 }), await service.tenant()];
  await makeHistory(service.databaseUrl, { orgId: damaged.orgId, customerId: damaged.billingId });
});
afterAll(async () => {
  await service.stop();
  await endServers();
});

const verify = (run: RunToEnd, ...args: string[]) =>
  run(["verify", ...args], { DATABASE_URL: service.databaseUrl });

describe("tallystick verify", () => {
  it("exits with 0 where all is well", async () => {
    expect(await verify(byProgram)).toEqual({
      code: 0,
      stdout: `Verified: ${2 + historyEntries} entries of ${2 + historyAccounts} accounts; no violations.\n`,
      stderr: "",
    });
  });

  it("exits with 1 where something is not, prints a line for each, and for programs JSON", async () => {
    await plant(service.databaseUrl, { damage: "an account's version is another", orgId: damaged.orgId });
    const { code, stdout } = await verify(inProcess);
    expect(code).toBe(1);
    const [line, summary, ...rest] = stdout.split("\n");
    expect(line).toMatch(
      new RegExp(
        `^ACCOUNT_VERSION organization ${damaged.orgId} account [0-9a-f-]{36} transfer [0-9a-f-]{36}: \\w`,
      ),
    );
    expect(summary).toBe(
      `Verified: ${2 + historyEntries} entries of ${2 + historyAccounts} accounts; 1 violation.`,
    );
    expect(rest).toEqual([""]);

    const json = await verify(byProgram, "--json");
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toEqual({
      violations: [
        {
          invariant: "ACCOUNT_VERSION",
          orgId: damaged.orgId,
          accountId: expect.any(String),
          transferId: expect.any(String),
          description: expect.any(String),
        },
      ],
      violationCount: 1,
      accounts: 2 + historyAccounts,
      entries: 2 + historyEntries,
    });
  });

  it("looks at one organization, by id or by name, if that is asked", async () => {
    for (const name of [sound.orgId, sound.orgName]) {
      expect(await verify(inProcess, "--organization", name)).toMatchObject({
        code: 0,
        stdout: "Verified: 2 entries of 2 accounts; no violations.\n",
      });
    }
    expect((await verify(inProcess, "--organization", damaged.orgName)).code).toBe(1);
  });

  it.each<[string, RunToEnd, string[], Record<string, string>, RegExp]>([
    [
      "there is no such organization",
      byProgram,
      ["--organization", "atlantis"],
      {},
      /^tallystick: --organization is "atlantis", but must be .*\.\n$/,
    ],
    ["there is no such option", inProcess, ["--everything"], {}, /unknown option '--everything'/],
    [
      "the database is out of reach",
      inProcess,
      [],
      { DATABASE_URL: "postgres://127.0.0.1:1/none" },
      /^tallystick: DATABASE_URL: the database cannot be reached: .*\n$/,
    ],
  ])("exits with 2 where %s", async (_what, run, args, settings, line) => {
    const settingsOfAll = { DATABASE_URL: service.databaseUrl, ...settings };
    const { code, stdout, stderr } = await run(["verify", ...args], settingsOfAll);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(line);
  });

  it("exits with 2 where the database is not migrated, and changes nothing", async () => {
    const { url, drop } = await createDatabase("empty");
    const { code, stderr } = await inProcess(["verify"], { DATABASE_URL: url });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^tallystick: The database lacks what this version needs: .*\.\n$/);
    await drop();
  });

  describeOnCluster("on a cluster", () => {
    it("exits with 2 where a node is away, and names it, in one line", async () => {
      const { url, drop } = await createDatabase();
      await withSql(url, async (sql) => {
        await sql`insert into organizations (id, name, display_name) select gen_random_uuid(), n, '' from generate_series(1, 9) n`;
        await sql`update pg_dist_node set nodeport = 1 where groupid = 1`;
      });
      const { code, stdout, stderr } = await byProgram(["verify"], { DATABASE_URL: url });
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(
        /^tallystick: DATABASE_URL: a node of the database cannot be reached, \S+:1: .*\.\n$/,
      );
      await drop();
    });
  });

  it("verifies the embedded database, beside a server on it or without one", async () => {
    const settings = { TALLYSTICK_DATA_DIR: startedDataFolder() };
    const server = startServer(settings);
    await ready(server);
    const verified = {
      code: 0,
      stdout: expect.stringMatching(/^Verified: .* no violations\.\n$/),
      stderr: "",
    };
    expect(await inProcess(["verify"], settings)).toEqual(verified);
    expect(await inProcess(["doctor"], settings)).toMatchObject({ code: 0, stderr: "" });
    expect(await inProcess(["migrate"], settings)).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/ in use by another server .* It has migrated the database .*\.\n$/),
    });
    expect(await end(server, "SIGTERM")).toBe(0);
    expect(await byProgram(["verify"], settings)).toEqual(verified);
  });

  it("says to ask again where a server on the embedded database is not up", async () => {
    const TALLYSTICK_DATA_DIR = newDataFolder();
    mkdirSync(join(TALLYSTICK_DATA_DIR, "postgres"), { recursive: true });
    writeFileSync(join(TALLYSTICK_DATA_DIR, "postgres/PG_VERSION"), "18\n");
    const release = takeLock(TALLYSTICK_DATA_DIR);
    for (const command of ["verify", "doctor"])
      expect((await inProcess([command], { TALLYSTICK_DATA_DIR })).stderr).toMatch(
        / in use by another server .* ask again in a moment\.\n$/,
      );
    release();
  });
});

describe("tallystick", () => {
  it("tells its version", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(await byProgram(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("helps", async () => {
    const { code, stdout } = await inProcess(["--help"]);
    expect(code).toBe(0);
    for (const command of ["serve", "migrate", "verify", "import"])
      expect(stdout).toContain(`\n  ${command} `);
  });

  it("says which commands there are to who names none, or another", async () => {
    expect(await byProgram([])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Usage: tallystick"),
    });
    expect(await inProcess(["audit"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("unknown command 'audit'"),
    });
  });
});
