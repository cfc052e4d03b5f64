import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import pino from "pino";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { ensureAdminCredential } from "../../src/admin-credential.ts";
import { backUp } from "../../src/embedded/backup/back-up.ts";
import { socketUrl } from "../../src/embedded/connection.ts";
import { startEmbeddedPostgres } from "../../src/embedded/embedded-postgres.ts";
import { createService } from "../../src/service.ts";
import { copyCluster } from "../support/cluster-copy.ts";
import { connectClients } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";
import { inProcess } from "./outcome.ts";
import { outcomeOf, startProgram } from "./program.ts";

/** So that the machine has time for the backup, too. */
const pauseMs = 10;
const organization = "backed-up";

const folder = mkdtempSync(join(tmpdir(), "tallystick-backup-"));
const at = (name: string) => join(folder, name);
const backup = at("backups/first");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const credential = { clientId: "platform", clientSecret: "platform-secret-of-the-tests" };

type Clients = ReturnType<typeof connectClients>;

async function credit({ ledger }: Clients, key: string): Promise<string> {
  const transfer = { organization, customer: "ann@example.com", kind: TransferKind.CREDIT, currency: "VC" };
  const { receipt } = await ledger.createTransfer({ ...transfer, amount: "1", key });
  return receipt?.transfer?.id ?? "";
}

/** Books one after another in several lines, until it is told to end. Answers what was acknowledged so far. */
function load(clients: Clients) {
  const acknowledged: { id: string; at: string }[] = [];
  let isEnding = false;
  const line = async (name: number) => {
    for (let each = 0; !isEnding; each += 1) {
      const id = await credit(clients, `${name}-${each}`);
      acknowledged.push({ id, at: new Date().toISOString() });
      await setTimeout(pauseMs);
    }
  };
  const lines = Promise.all([0, 1].map(line));
  return {
    acknowledged,
    end: () => {
      isEnding = true;
      return lines;
    },
  };
}

it("the backup of a serving ledger has all that was acknowledged before its end", async () => {
  const dataDir = at("data");
  copyCluster(dataDir);
  const running = await startEmbeddedPostgres({ dataDir, log: () => undefined });
  const service = await createService(running.url, pino({ enabled: false }));
  await ensureAdminCredential(service.app, credential);
  const { port } = await service.listen("127.0.0.1", 0);
  const clients = connectClients(`http://127.0.0.1:${port}`, credential);
  writeFileSync(join(dataDir, "credential.json"), "{}");
  await clients.organizations.createOrganization({ name: organization });
  await clients.customers.createCustomer({ organization, name: "Ann", email: "ann@example.com" });
  const loading = load(clients);
  await until(async () => loading.acknowledged.length > 20);

  const made = await inProcess(["backup", backup], { TALLYSTICK_DATA_DIR: dataDir });
  const [, moment = ""] = /acknowledged before (\S+)\.\n$/.exec(made.stdout) ?? [];
  const known = loading.acknowledged.filter((each) => each.at < moment).map(({ id }) => id);
  expect(made).toEqual({
    ...{ code: 0, stderr: "" },
    stdout: expect.stringMatching(/^Backed up: .* MB, with all that was acknowledged before 20\S+Z\.\n$/),
  });
  await loading.end();
  expect(known.length).toBeGreaterThan(20);
  await service.stop();
  await running.stop();
  expect(readdirSync(at("backups"))).toEqual(["first"]);
  expect(statSync(backup).mode & 0o077).toBe(0);

  // What comes after it is nobody's.
  const restored = await inProcess(["restore", backup], { TALLYSTICK_DATA_DIR: at("restored") });
  expect(restored).toEqual({
    ...{ code: 0, stderr: "" },
    stdout: expect.stringMatching(/^Restored: .*\nVerified: \d+ entries of \d+ accounts; no violations\.\n$/),
  });
  expect(readFileSync(at("restored/credential.json"), "utf8")).toBe("{}");
  const anew = await startEmbeddedPostgres({ dataDir: at("restored"), log: () => undefined });
  const [there] = await withSql(
    anew.url,
    (
      sql,
    ) => sql`select count(*)::int as operations, (select timeline_id from pg_control_checkpoint()) as timeline
      from operations where id = any(${known})`,
  );
  // By another timeline whoever followed the ledger is told that it was restored.
  expect(there).toEqual({ operations: known.length, timeline: 2 });
  await anew.stop();
}, 60_000);

it("one that a signal ends leaves nothing behind", async () => {
  // Nobody writes to it, so the copy of it has no end.
  const pipe = join(at("data"), "postgres", "pipe");
  execFileSync("mkfifo", [pipe]);
  const writer = openSync(pipe, constants.O_RDWR);
  const copies = () => readdirSync(at("backups")).filter((name) => name.startsWith("second"));
  try {
    const program = startProgram(["backup", at("backups/second")], { TALLYSTICK_DATA_DIR: at("data") });
    const outcome = outcomeOf(program);
    await until(async () => copies().some((name) => existsSync(join(at("backups"), name, "postgres/pipe"))));
    program.kill("SIGTERM");
    await until(async () => copies().length === 0);
    closeSync(writer);
    expect(await outcome).toMatchObject({ code: 1, stdout: "" });
  } finally {
    rmSync(pipe);
  }
});

const refusalOf = async (args: string[], settings: Record<string, string>) => {
  const { code, stdout, stderr } = await inProcess(args, settings);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  return stderr;
};

it("nothing is written over, nor is what is no backup or not a whole one restored", async () => {
  const data = { TALLYSTICK_DATA_DIR: at("data") };
  const elsewhere = { TALLYSTICK_DATA_DIR: at("elsewhere") };
  expect(await refusalOf(["backup", backup], data)).toMatch(/^tallystick: \S+first is not empty: /);
  symlinkSync(at("data/postgres"), at("link"));
  for (const within of [at("data/postgres"), at("data/postgres/base/new"), at("link/new/newer")])
    expect(await refusalOf(["backup", within], data)).toMatch(
      / lies in what is backed up, \S+data\/postgres: /,
    );
  expect(readdirSync(at("link"))).not.toContain("new");
  expect(await refusalOf(["backup", at("none")], elsewhere)).toMatch(/^tallystick: There is no database in /);
  expect(await refusalOf(["restore", backup], data)).toMatch(/^tallystick: \S+data is not empty, and /);
  expect(await refusalOf(["restore", at("data")], elsewhere)).toMatch(/^tallystick: \S+data is no backup: /);
  const external = { DATABASE_URL: "postgres://127.0.0.1:1/none" };
  for (const command of ["backup", "restore"])
    expect(await refusalOf([command, backup], external)).toMatch(/is for the embedded PostgreSQL: unset /);
  appendFileSync(join(backup, "postgres/global/pg_control"), "x");
  expect(await refusalOf(["restore", backup], elsewhere)).toMatch(
    /^tallystick: \S+first is damaged: postgres\/global\/pg_control is not what was backed up\./,
  );
  expect(readdirSync(at("elsewhere"))).toEqual([]);
});

it("what a restore left that did not end is no ledger, and the next restore takes it away", async () => {
  const data = { TALLYSTICK_DATA_DIR: at("cut"), PORT: "0" };
  mkdirSync(at("cut/postgres.unfinished-abcdef"), { recursive: true });
  writeFileSync(at("cut/lock"), "4194304\nsome-boot:1\n");
  writeFileSync(at("cut/restoring"), "");
  for (const args of [["serve"], ["migrate"], ["verify"], ["backup", at("none")]]) {
    const { stderr } = await inProcess(args, data);
    expect(stderr).toMatch(/A restore into \S+cut has not ended: .*`tallystick restore` again/);
  }
  expect(readdirSync(at("cut"))).toEqual(["postgres.unfinished-abcdef", "restoring"]);
  // The backup is the damaged one: that is said once the files are copied.
  expect(await refusalOf(["restore", backup], data)).toMatch(/^tallystick: \S+first is damaged: /);
  expect(readdirSync(at("cut"))).toEqual([]);
});

it("a backup whose database stops says so", async () => {
  const url = socketUrl(at("gone"), "tallystick", "tallystick");
  const made = backUp({ url, dataDir: at("data"), backup: at("backups/second") });
  await expect(made).rejects.toThrow(
    /^There is no backup: the database did not answer to its end \(connect ENOENT/,
  );
  expect(readdirSync(at("backups"))).toEqual(["first"]);
});
