import { readFileSync } from "node:fs";
import { byProgram, inProcess, type RunToEnd } from "../lifecycle/outcome.ts";
import { endServers, startedDataFolder } from "../lifecycle/server.ts";
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

  it("verifies the embedded database", async () => {
    const settings = { TALLYSTICK_DATA_DIR: startedDataFolder() };
    expect((await byProgram(["migrate"], settings)).code).toBe(0);
    expect(await byProgram(["verify"], settings)).toMatchObject({
      code: 0,
      stdout: "Verified: 0 entries of 0 accounts; no violations.\n",
    });
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
