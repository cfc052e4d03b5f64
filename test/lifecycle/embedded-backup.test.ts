import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { connectClients } from "../support/service.ts";
import { until } from "../support/until.ts";
import { inProcess } from "./outcome.ts";
import { end, endServers, ready, startServer } from "./server.ts";

const organization = "backed-up";

const folder = mkdtempSync(join(tmpdir(), "tallystick-backup-"));
const at = (name: string) => join(folder, name);
const backup = at("backups/first");
afterAll(async () => {
  await endServers();
  rmSync(folder, { recursive: true, force: true });
});

/** A server on a data folder, and clients with the credential that lies there. */
async function serve(dataDir: string) {
  const server = startServer({ TALLYSTICK_DATA_DIR: dataDir });
  const url = await ready(server);
  const { client_id, client_secret } = JSON.parse(readFileSync(join(dataDir, "credential.json"), "utf8"));
  return { server, clients: connectClients(url, { clientId: client_id, clientSecret: client_secret }) };
}

type Clients = ReturnType<typeof connectClients>;

async function credit({ ledger }: Clients, key: string) {
  const transfer = { organization, customer: "ann@example.com", kind: TransferKind.CREDIT, currency: "VC" };
  const { receipt } = await ledger.createTransfer({ ...transfer, amount: "1", key });
  return { key, id: receipt?.transfer?.id, replay: receipt?.replay };
}

/** Books one after another in several lines, until it is told to end. Answers what was acknowledged so far. */
function load(clients: Clients) {
  const acknowledged: { receipt: Awaited<ReturnType<typeof credit>>; at: string }[] = [];
  let isEnding = false;
  const line = async (name: number) => {
    for (let each = 0; !isEnding; each += 1) {
      const receipt = await credit(clients, `${name}-${each}`);
      acknowledged.push({ receipt, at: new Date().toISOString() });
    }
  };
  const lines = Promise.all([0, 1, 2, 3].map(line));
  return {
    acknowledged,
    end: () => {
      isEnding = true;
      return lines;
    },
  };
}

it("the backup of a serving ledger has all that was acknowledged before its end, and is followed anew", async () => {
  const dataDir = at("data");
  const { server, clients } = await serve(dataDir);
  await clients.organizations.createOrganization({ name: organization });
  await clients.customers.createCustomer({ organization, name: "Ann", email: "ann@example.com" });
  await credit(clients, "before");
  const { nextPageToken } = await clients.ledger.listTransfers({ organization, ascending: true });
  const loading = load(clients);
  await until(async () => loading.acknowledged.length > 50);

  const made = await inProcess(["backup", backup], { TALLYSTICK_DATA_DIR: dataDir });
  const [, moment = ""] = /acknowledged before (\S+)\.\n$/.exec(made.stdout) ?? [];
  const known = loading.acknowledged.filter((each) => each.at < moment).map(({ receipt }) => receipt);
  expect(made).toEqual({
    ...{ code: 0, stderr: "" },
    stdout: expect.stringMatching(/^Backed up: .* MB, with all that was acknowledged before 20\S+Z\.\n$/),
  });
  await loading.end();
  expect(known.length).toBeGreaterThan(50);
  expect(await end(server, "SIGTERM")).toBe(0);
  expect(readdirSync(at("backups"))).toEqual(["first"]);
  expect(statSync(backup).mode & 0o077).toBe(0);

  // What comes after it is nobody's.
  const restored = await inProcess(["restore", backup], { TALLYSTICK_DATA_DIR: at("restored") });
  expect(restored).toEqual({
    ...{ code: 0, stderr: "" },
    stdout: expect.stringMatching(/^Restored: .*\nVerified: \d+ entries of \d+ accounts; no violations\.\n$/),
  });
  const { server: anew, clients: again } = await serve(at("restored"));
  const replays = await Promise.all(known.map(({ key }) => credit(again, key)));
  expect(replays).toEqual(known.map((each) => ({ ...each, replay: true })));
  const followed = again.ledger.listTransfers({ organization, ascending: true, pageToken: nextPageToken });
  expect(faultyFields(await failureOf(followed))).toEqual(["pageToken"]);
  expect(await end(anew, "SIGTERM")).toBe(0);

  // The one that is stopped is backed up alike.
  const second = await inProcess(["backup", at("backups/second")], { TALLYSTICK_DATA_DIR: at("restored") });
  expect(second).toMatchObject({ code: 0, stderr: "" });
  expect(existsSync(at("restored/postgres/postmaster.pid"))).toBe(false);
}, 60_000);

it("nothing is written over, nor is what is no backup or not a whole one restored", async () => {
  const refusalOf = async (args: string[], settings: Record<string, string>) => {
    const { code, stdout, stderr } = await inProcess(args, settings);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    return stderr;
  };
  const data = { TALLYSTICK_DATA_DIR: at("data") };
  const elsewhere = { TALLYSTICK_DATA_DIR: at("elsewhere") };
  expect(await refusalOf(["backup", backup], data)).toMatch(/^tallystick: \S+first is not empty: /);
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
  rmSync(join(backup, "postgres/global/pg_control"));
  expect(await refusalOf(["restore", backup], elsewhere)).toMatch(/pg_control is not what was backed up\./);
  expect(readdirSync(at("elsewhere"))).toEqual([]);
});
