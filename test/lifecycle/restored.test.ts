import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Code } from "@connectrpc/connect";
import pino from "pino";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { ensureAdminCredential } from "../../src/admin-credential.ts";
import { createService } from "../../src/service.ts";
import { CitusNode } from "../support/citus/node.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { connectClients, startService, type TestCredential, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";

const organization = "restored";
const credential: TestCredential = { clientId: "platform", clientSecret: "platform-secret-of-the-tests" };

type Clients = ReturnType<typeof connectClients>;

const clientsOf = ({ url }: Pick<TestService, "url">) => connectClients(url, credential);

async function newLedger({ organizations, customers }: Clients): Promise<string> {
  await organizations.createOrganization({ name: organization });
  return (await customers.createCustomer({ organization })).customer?.id ?? "";
}

/** Books credits one after the other. */
async function book({ ledger }: Clients, customer: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let each = 0; each < count; each += 1) {
    const transfer = { kind: TransferKind.CREDIT, currency: "VC", amount: "1" };
    const { receipt } = await ledger.createTransfer({ organization, customer, ...transfer });
    ids.push(receipt?.transfer?.id ?? "");
  }
  return ids;
}

/** What is listed from a token on, until a page is empty. */
async function follow({ ledger }: Clients, token = ""): Promise<{ ids: string[]; token: string }> {
  const ids: string[] = [];
  for (let pageToken = token; ; ) {
    const asked = { organization, ascending: true, pageSize: 2, pageToken };
    const { transfers, nextPageToken } = await ledger.listTransfers(asked);
    pageToken = nextPageToken;
    if (transfers.length === 0) return { ids, token: pageToken };
    ids.push(...transfers.map(({ id }) => id));
  }
}

async function brokenIn({ ledger }: Clients): Promise<string[]> {
  const { violations } = await ledger.verifyLedger({ organization });
  return violations.map(({ invariant }) => invariant);
}

describe("tables of another server, put in the place of those that an instance serves", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.stop());

  it("are followed by nobody until an instance starts, then from the beginning, whole and in order", async () => {
    const running = clientsOf(service);
    const customer = await newLedger(running);
    const restored = await book(running, customer, 5);
    const { token } = await follow(running);
    await withSql(service.databaseUrl, async (sql) => {
      await sql`update changes set xid = (1000000000000 - xid::text::bigint)::text::xid8`;
      await sql`update epochs set id = gen_random_uuid()`;
    });
    expect((await failureOf(follow(running))).code).toBe(Code.Internal);
    expect(service.logged.filter((line) => line.includes("`tallystick migrate`"))).toHaveLength(1);
    expect(new Set(await brokenIn(running))).toEqual(new Set(["CHANGE_TRANSACTION"]));

    const started = clientsOf(await service.another());
    for (const clients of [running, started])
      expect(faultyFields(await failureOf(follow(clients, token)))).toEqual(["pageToken"]);
    const anew = await follow(running);
    expect(anew.ids).toEqual(restored);
    const since = await book(started, customer, 3);
    expect((await follow(running, anew.token)).ids).toEqual(since);
    expect(await brokenIn(running)).toEqual([]);
  });
});

/** Where PostgreSQL is with all of its programs, as the embedded one has but the server. */
function findInstallation(folder = "/usr/lib/postgresql"): string | undefined {
  if (!existsSync(folder)) return undefined;
  const versions = readdirSync(folder).sort((one, other) => Number(other) - Number(one));
  return versions
    .map((version) => join(folder, version))
    .find((each) => ["postgres", "pg_dump", "psql"].every((name) => existsSync(join(each, "bin", name))));
}

const installation = findInstallation();
const startMsMax = 120_000;

if (installation === undefined)
  it("a dump: not run, for no pg_dump is at hand", () => expect(installation).toBeUndefined());
else describe("a dump", () => restoreFrom(installation));

function restoreFrom(programs: string) {
  let folder: string;
  let servers: CitusNode[];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tallystick-restored-"));
    const plain = { shared_preload_libraries: "" };
    const make = (name: string) => CitusNode.create(programs, join(folder, name), plain, () => undefined);
    servers = await Promise.all([make("old"), make("new")]);
  }, startMsMax);
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.remove()));
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (program: string, ...args: string[]) =>
    execFileSync(join(programs, "bin", program), args, { stdio: ["ignore", "ignore", "pipe"] });

  async function serving<T>(url: string, work: (clients: Clients) => Promise<T>): Promise<T> {
    const service = await createService(url, pino({ enabled: false }));
    try {
      await ensureAdminCredential(service.app, credential);
      const { port } = await service.listen("127.0.0.1", 0);
      return await work(clientsOf({ url: `http://127.0.0.1:${port}` }));
    } finally {
      await service.stop();
    }
  }

  it(
    "of a server that had come further is followed whole on a new one, and so is what is booked there",
    async () => {
      const [from = "", to = ""] = servers.map(({ url }) => url);
      const before = await serving(from, async (clients) => {
        const customer = await newLedger(clients);
        // As many transactions as the restore and its service take, and some.
        await withSql(from, async (sql) => {
          for (let each = 0; each < 5_000; each += 1) await sql`select pg_current_xact_id()`;
        });
        const booked = await book(clients, customer, 5);
        return { customer, booked, token: (await follow(clients)).token };
      });
      const file = join(folder, "dump.sql");
      run("pg_dump", "--file", file, from);
      run("psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--file", file, to);
      const isBehind = await withSql(to, async (sql) => {
        const [row] =
          await sql`select bool_or(xid >= pg_snapshot_xmax(pg_current_snapshot())) as answer from changes`;
        return row?.["answer"];
      });
      expect(isBehind).toBe(true);

      await serving(to, async (clients) => {
        const refused = await failureOf(follow(clients, before.token));
        expect(faultyFields(refused)).toEqual(["pageToken"]);
        const anew = await follow(clients);
        expect(anew.ids).toEqual(before.booked);
        const since = await book(clients, before.customer, 3);
        expect((await follow(clients, anew.token)).ids).toEqual(since);
        expect((await follow(clients)).ids).toEqual([...before.booked, ...since]);
        expect(await brokenIn(clients)).toEqual([]);
      });
    },
    startMsMax,
  );
}
