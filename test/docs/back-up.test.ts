import { execFile, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import pino from "pino";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { ensureAdminCredential } from "../../src/admin-credential.ts";
import { createService } from "../../src/service.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { freePort } from "../support/free-port.ts";
import { connectClients } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";
import { blocksOf, root } from "./documents.ts";

const organization = "backed-up";
const credential = { clientId: "platform", clientSecret: "platform-secret-of-the-tests" };
const programs = ["initdb", "pg_ctl", "pg_basebackup", "pg_verifybackup", "pg_dump", "pg_restore", "psql"];
const folders = readdirIfThere("/usr/lib/postgresql").map((version) => `/usr/lib/postgresql/${version}/bin`);
const bin = folders.find((folder) => programs.every((name) => existsSync(join(folder, name))));
// PostgreSQL refuses to be root; in a user namespace it sees another user.
const asUser = process.getuid?.() === 0 ? ["unshare", "--map-user=1000", "--map-group=1000", "--"] : [];
const [first = "true", ...others] = [...asUser, "true"];
const canRun = bin !== undefined && spawnSync(first, others).status === 0;

function readdirIfThere(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

type Clients = ReturnType<typeof connectClients>;

/** The service on a database, for as long as the work takes. */
async function serving<T>(url: string, work: (clients: Clients) => Promise<T>): Promise<T> {
  const service = await createService(url, pino({ enabled: false }));
  try {
    await ensureAdminCredential(service.app, credential);
    const { port } = await service.listen("127.0.0.1", 0);
    return await work(connectClients(`http://127.0.0.1:${port}`, credential));
  } finally {
    await service.stop();
  }
}

/** Credits 1 under a key: the id of it, and whether it was done before. */
async function credit({ ledger }: Clients, key: string) {
  const transfer = { organization, customer: "ann@example.com", kind: TransferKind.CREDIT, currency: "VC" };
  const { receipt } = await ledger.createTransfer({ ...transfer, amount: "1", key });
  return { id: receipt?.transfer?.id, balance: receipt?.after?.posted, replay: receipt?.replay };
}

async function followThePage(path: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tallystick-back-up-"));
  const port = { old: await freePort(), restored: await freePort() };
  const urlOf = (server: keyof typeof port, database: string) =>
    `postgres://postgres@127.0.0.1:${port[server]}/${database}`;
  const [ledger, fromDump] = [urlOf("old", "postgres"), urlOf("old", "from_dump")];
  const fromWal = urlOf("restored", "postgres");
  const BACKUP_URL = ledger.replace("postgres@", "backup@");
  const here = (text: string) =>
    text
      .replaceAll("/var/backups/tallystick", join(folder, "backups"))
      .replaceAll("/var/lib/postgresql", folder);
  const tallystick = `tallystick() { node ${join(root, "dist/bin/tallystick.js")} "$@"; }`;
  const run = (text: string, env: Record<string, string> = {}) => {
    const [command = "sh", ...args] = [...asUser, "sh", "-euc", `${tallystick}\n${here(text)}`];
    const variables = { HOME: folder, PATH: `${path}${delimiter}${process.env["PATH"]}`, ...env };
    return promisify(execFile)(command, args, { cwd: folder, env: variables });
  };
  const printed = blocksOf("docs/operating/back-up.md");
  const [folders, baseBackup, restoreBase, awaitRecovery, dump, restoreDump, check] = printed
    .filter(({ language }) => language === "shell")
    .map(({ text }) => text);
  const [archiving = ""] = printed.filter(({ language }) => language === "text").map(({ text }) => text);
  const [role = ""] = printed.filter(({ language }) => language === "sql").map(({ text }) => text);

  await run("initdb --pgdata=old --username=postgres --auth=trust --no-sync >initdb.log");
  const settings = (own: number) =>
    `port = ${own}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n`;
  appendFileSync(join(folder, "old", "postgresql.conf"), settings(port.old) + here(archiving));
  await run(folders ?? "");
  await run("pg_ctl --pgdata=old --log=old.log --wait start >start.log");
  try {
    const kept = await serving(ledger, async (clients) => {
      await clients.organizations.createOrganization({ name: organization });
      await clients.customers.createCustomer({ organization, name: "Ann", email: "ann@example.com" });
      const before = await credit(clients, "kept");
      await withSql(ledger, (sql) => sql.unsafe(role));
      await run(baseBackup ?? "", { BACKUP_URL });
      await run(dump ?? "", { BACKUP_URL });
      const lost = await credit(clients, "after the dump");
      const { nextPageToken } = await clients.ledger.listTransfers({ organization, ascending: true });
      return { before, lost, token: nextPageToken };
    });
    await withSql(ledger, async (sql) => {
      const [row] = await sql`select pg_walfile_name(pg_switch_wal()) as file`;
      await until(async () => existsSync(join(folder, "backups", "wal", row?.["file"])));
      await sql`create database from_dump`;
    });

    await run(restoreDump ?? "", { RESTORED_URL: fromDump });
    await run(check ?? "", { RESTORED_URL: fromDump });
    await serving(fromDump, async (clients) => {
      expect(faultyFields(await failureOf(tokenAsked(clients, kept.token)))).toEqual(["pageToken"]);
      expect(await credit(clients, "kept")).toEqual({ ...kept.before, replay: true });
      expect(await credit(clients, "after the dump")).toEqual({ ...kept.lost, replay: false });
      expect(await credit(clients, "after the dump")).toEqual({ ...kept.lost, replay: true });
    });

    const [day = ""] = readdirSync(join(folder, "backups", "base"));
    expect(day).toMatch(/^\d{4}-\d\d-\d\d$/);
    appendFileSync(
      join(folder, "backups", "base", day, "postgresql.conf"),
      `port = ${port.restored}\narchive_mode = off\n`,
    );
    await run(`{ ${restoreBase}} >restore.log`);
    await run(awaitRecovery ?? "", { RESTORED_URL: fromWal });
    await run(check ?? "", { RESTORED_URL: fromWal });
    await serving(fromWal, async (clients) => {
      expect(faultyFields(await failureOf(tokenAsked(clients, kept.token)))).toEqual(["pageToken"]);
      expect(await credit(clients, "after the dump")).toEqual({ ...kept.lost, replay: true });
    });
  } finally {
    const stop = (data: string) => run(`pg_ctl --pgdata=${data} --mode=immediate stop >stop.log || true`);
    await Promise.all([stop("old"), stop("restored")]);
    rmSync(folder, { recursive: true, force: true });
  }
}

function tokenAsked({ ledger }: Clients, pageToken: string): Promise<unknown> {
  return ledger.listTransfers({ organization, ascending: true, pageToken });
}

describe("docs/operating/back-up.md", () => {
  if (canRun)
    it("backs a running ledger up and restores it as printed", () => followThePage(bin ?? ""), 120_000);
  else it("did not run: PostgreSQL's own programs are not at hand", () => expect(canRun).toBe(false));
});
