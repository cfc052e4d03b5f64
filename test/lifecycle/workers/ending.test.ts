import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuidv7 } from "uuid";
import { TransferKind } from "../../../gen/tallystick/v1/ledger_pb.ts";
import { createDatabase } from "../../support/database.ts";
import { brokenRules, untilWaiting } from "../../support/ledger.ts";
import { withSql } from "../../support/sql.ts";
import { until } from "../../support/until.ts";
import { grpcClient, type LedgerClient } from "../../workload/calls.ts";
import { inProcess } from "../outcome.ts";
import { outcomeOf, type Program } from "../program.ts";
import { end, endServers, ready, startedDataFolder, startServer } from "../server.ts";
import {
  type Crew,
  credential,
  logged,
  makeTenant,
  pidsOf,
  replacement,
  startCrew,
  untilGone,
} from "./crew.ts";

const folder = mkdtempSync(join(tmpdir(), "tallystick-workers-"));
/** While this file is there its processes are begun by the other one, which is no program. */
const [misled, program] = [join(folder, "misled"), join(folder, "program")];
const dataDir = startedDataFolder();

let crew: Crew;
beforeAll(async () => {
  const script = join(folder, "misleading.cjs");
  const path = `require("node:fs").existsSync(${JSON.stringify(misled)}) ? ${JSON.stringify(program)} : real`;
  writeFileSync(
    script,
    `const real = process.execPath; Object.defineProperty(process, "execPath", { get: () => ${path} });`,
  );
  crew = await startCrew({ NODE_OPTIONS: `--require=${script}` });
}, 60_000);
afterAll(async () => {
  await endServers();
  await crew.database.drop();
  rmSync(folder, { recursive: true });
});

it("leaves signals to the process that has started it, and is started by nobody else", async () => {
  expect(await inProcess(["worker"], {})).toEqual({
    ...{ code: 1, stdout: "" },
    stderr: "tallystick: `tallystick serve` starts workers: see TALLYSTICK_WORKERS.\n",
  });
  const { server, url } = crew;
  for (const pid of pidsOf(server)) process.kill(pid, "SIGTERM");
  for (const _ of [1, 2]) expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect(logged(server, "a worker ended, and is replaced")).toEqual([]);
});

it.each([
  ["throws", () => symlinkSync(program, program)],
  ["tells of", () => rmSync(program, { force: true })],
])(
  "replaces a worker once a process can begin, where it cannot for a reason that Node %s",
  async (_, make) => {
    make();
    const { server, url } = crew;
    const former = pidsOf(server);
    const notBegun = () => server.stderr.match(/"reason":"[^"]*spawn [^"]*"/g)?.length ?? 0;
    const before = notBegun();
    writeFileSync(misled, "");
    process.kill(former.at(-1) ?? 0, "SIGKILL");
    await until(async () => notBegun() > before, 30_000);
    rmSync(misled);
    await replacement(server, former);
    for (const __ of [1, 2]) expect((await fetch(`${url}/readyz`)).status).toBe(200);
  },
  60_000,
);

it("answers what it has begun at a signal, whoever of its processes got that, and then ends", async () => {
  const { server, url, database } = crew;
  const running = workersOf(server);
  const replaced = logged(server, "a worker ended, and is replaced");
  const { orgId, customers } = await makeTenant(database.url);
  const [customer = ""] = customers;
  const book = (client: LedgerClient, kind: TransferKind) => {
    const transfer = { organization: orgId, customer, currency: "VC", kind, amount: "5" };
    return client.createTransfer({ ...transfer, key: uuidv7() });
  };
  // A connection each, so a worker each.
  const clients = [1, 2].map(() => grpcClient(url, credential));
  for (const client of clients) await book(client, TransferKind.CREDIT);
  const charged = await withSql(database.url, async (sql) => {
    await sql`begin`;
    await sql`select from accounts where org_id = ${orgId} and customer_id = ${customer} for update`;
    const charging = clients.map((client) => book(client, TransferKind.CHARGE));
    await untilWaiting(sql, 2);
    for (const pid of [server.pid, ...running]) process.kill(pid, "SIGTERM");
    await server.until(/"msg":"stopping"/);
    await sql`rollback`;
    return Promise.all(charging);
  });
  expect(charged.map(({ receipt }) => receipt?.after?.posted).sort()).toEqual(["0", "5"]);
  expect(await server.ended).toBe(0);
  await untilGone(pidsOf(server));
  expect(logged(server, "a worker ended, and is replaced")).toEqual(replaced);
  expect(await brokenRules(database.url)).toEqual([]);
  expect(await inProcess(["verify"], { DATABASE_URL: database.url })).toMatchObject({ code: 0 });
}, 60_000);

/** Processes that it has started and that run. */
function workersOf({ pid }: Program): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}

it("starts and stops an embedded database for all of its workers", async () => {
  const server = startServer({ TALLYSTICK_DATA_DIR: dataDir, TALLYSTICK_WORKERS: "2" });
  const url = await ready(server);
  await server.until(/npx @bufbuild\/buf .*\n/);
  expect(server.stdout.match(/Tallystick is ready at/g)).toHaveLength(1);
  const kept = JSON.parse(readFileSync(join(dataDir, "credential.json"), "utf8"));
  const client = grpcClient(url, { clientId: kept.client_id, clientSecret: kept.client_secret });
  expect((await client.listTransfers({ organization: "demo" })).transfers).toHaveLength(1);
  const pidFile = join(dataDir, "postgres", "postmaster.pid");
  const database = Number.parseInt(readFileSync(pidFile, "utf8"), 10);
  for (const signal of ["SIGINT", "SIGINT"] as const) server.kill(signal);
  expect(await server.ended).toBe(0);
  await untilGone([database, ...pidsOf(server)]);
  expect(existsSync(pidFile)).toBe(false);
}, 60_000);

it("does not start where a worker cannot, and says why", async () => {
  const script = join(folder, "ending.cjs");
  writeFileSync(script, 'if (process.argv[2] === "worker") process.exit(3);');
  const settings = { NODE_OPTIONS: `--require=${script}` };
  const { code, stdout, stderr } = await outcomeOf(
    startServer({ TALLYSTICK_DATA_DIR: dataDir, TALLYSTICK_WORKERS: "2", LOG_LEVEL: "warn", ...settings }),
  );
  expect({ code, stdout, stderr }).toEqual({
    ...{ code: 1, stdout: "", stderr: "tallystick: A worker ended: exit code 3.\n" },
  });
  expect(existsSync(join(dataDir, "postgres", "postmaster.pid"))).toBe(false);
}, 60_000);

it("tells a worker to end that was not listening yet, which then ends by itself", async () => {
  const [script, ended, database] = [
    join(folder, `${uuidv7()}.cjs`),
    join(folder, uuidv7()),
    await createDatabase(),
  ];
  writeFileSync(
    script,
    `if (process.argv[2] === "worker") {
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
       process.on("exit", (code) => require("node:fs").appendFileSync(${JSON.stringify(ended)}, code + "\\n"));
     }`,
  );
  const settings = { DATABASE_URL: database.url, TALLYSTICK_WORKERS: "2", LOG_LEVEL: "trace" };
  const server = startServer({ ...settings, NODE_OPTIONS: `--require=${script}` });
  await until(async () => workersOf(server).length === 2);
  expect(await end(server, "SIGTERM")).toBe(0);
  expect(readFileSync(ended, "utf8")).toBe("0\n0\n");
  await database.drop();
}, 60_000);
