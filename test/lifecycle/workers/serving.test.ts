import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  audience,
  sign,
  signingKey,
  startIssuer,
  type TestIssuer,
} from "../../../src/auth/jwt/issuer.fixture.ts";
import { Load } from "../../faults/load.ts";
import { brokenRules } from "../../support/ledger.ts";
import { basic } from "../../support/service.ts";
import { withSql } from "../../support/sql.ts";
import { until } from "../../support/until.ts";
import { grpcClient } from "../../workload/calls.ts";
import { Random, seedOf } from "../../workload/random.ts";
import { end, endServers, statusFor } from "../server.ts";
import { type Connection, protocols } from "./connections.ts";
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

const loadedMsMax = 120_000;

let crew: Crew;
let key: Awaited<ReturnType<typeof signingKey>>;
let issuer: TestIssuer;
let folder: string;
/** Where this file is, a worker ends as it begins. */
let endsWorkers: string;
beforeAll(async () => {
  key = await signingKey("one");
  issuer = await startIssuer(key);
  folder = mkdtempSync(join(tmpdir(), "issuers-"));
  const path = join(folder, "issuers.json");
  const at = { name: "idp", issuer: issuer.state.issuer, audience, algorithms: ["ES256"] };
  const access = { organization: { fixed: null }, role: { fixed: "reader" } };
  writeFileSync(path, JSON.stringify({ issuers: [{ ...at, ...access }] }));
  endsWorkers = join(folder, "ends-workers");
  const script = join(folder, "ending.cjs");
  const condition = `process.argv[2] === "worker" && require("node:fs").existsSync(${JSON.stringify(endsWorkers)})`;
  writeFileSync(script, `if (${condition}) process.exit(3);\n`);
  crew = await startCrew({ TALLYSTICK_JWT_ISSUERS: path, NODE_OPTIONS: `--require=${script}` });
}, 60_000);
afterAll(async () => {
  await endServers();
  await issuer.stop();
  rmSync(folder, { recursive: true });
  await crew.database.drop();
});

it("says once where it is ready, and that each worker serves", () => {
  const { server, url } = crew;
  expect(logged(server, "ready").map(({ port }) => `${port}`)).toEqual([new URL(url).port]);
  expect(new Set(pidsOf(server)).size).toBe(2);
  expect(pidsOf(server)).not.toContain(server.pid);
  expect(server.stdout).toBe("");
});

it("is one service: each worker knows the credential, and is ready", async () => {
  for (const _ of [1, 2]) {
    expect((await fetch(`${crew.url}/readyz`, { headers: { connection: "close" } })).status).toBe(200);
    expect(await statusFor(crew.url, credential.clientId, credential.clientSecret)).toBe(200);
  }
});

it("is one service for tokens, too, whose keys each worker fetches once", async () => {
  const iss = issuer.state.issuer;
  for (const sub of ["a", "b", "c", "d"]) {
    const authorization = `Bearer ${await sign(key, { iss, sub })}`;
    const headers = { authorization, connection: "close" };
    for (const _ of [1, 2])
      expect((await fetch(`${crew.url}/tallystick/v1/organizations`, { headers })).status).toBe(200);
  }
  expect(issuer.state.asked).toHaveLength(2 * 2);
});

it("hands connections of every protocol round, so that one worker that is killed cuts one of two, and is replaced", async () => {
  const { server, url } = crew;
  const pairs: [string, Connection[]][] = [];
  for (const [name, connect] of Object.entries(protocols)) {
    const pair = [connect(url), connect(url)];
    for (const connection of pair) expect(await connection.ask()).toBe(true);
    pairs.push([name, pair]);
  }
  const former = pidsOf(server);
  process.kill(former[0] ?? 0, "SIGKILL");
  for (const [name, pair] of pairs) {
    const cut = await until(async () => pair.find(({ isClosed }) => isClosed));
    const other = pair.find((each) => each !== cut);
    expect({ name, isClosed: other?.isClosed, answers: await other?.ask() }).toEqual({
      ...{ name, isClosed: false, answers: true },
    });
    for (const connection of pair) connection.close();
  }
  await replacement(server, former);
  expect(logged(server, "a worker ended, and is replaced")).toMatchObject([
    { level: 50, pid: former[0], reason: "A worker ended: SIGKILL." },
  ]);
  expect(logged(server, "ready")).toHaveLength(1);
});

it("cuts a connection that a worker was handed and had not taken when it was killed", async () => {
  const { server, url } = crew;
  const { hostname, port } = new URL(url);
  const former = pidsOf(server);
  const stuck = former.at(-1) ?? 0;
  process.kill(stuck, "SIGSTOP");
  const sockets = Array.from({ length: 4 }, () => net.connect(Number(port), hostname));
  try {
    for (const socket of sockets) {
      socket.on("error", () => {});
      socket.resume().write("GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    }
    // The other worker answers whatever it is handed; this one takes nothing, and is handed one.
    await until(async () => sockets.filter(({ closed }) => closed).length === 3);
    process.kill(stuck, "SIGKILL");
    await until(async () => sockets.every(({ closed }) => closed));
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  await replacement(server, former);
});

it(
  "loses nothing, and books nothing twice, where a worker is killed under load",
  async () => {
    const { server, url, database } = crew;
    const tenant = await makeTenant(database.url);
    // A connection each, so a worker each.
    const instances = [1, 2].map(() => ({ client: grpcClient(url, credential) }));
    const load = new Load(tenant, instances, new Random(seedOf("workers")));
    try {
      await load.untilAnswered(20);
      const former = pidsOf(server);
      process.kill(former.at(-1) ?? 0, "SIGKILL");
      await replacement(server, former);
      await load.untilAnswered(20);
    } finally {
      await load.stop();
    }
    const { journal } = load;
    const client = grpcClient(url, credential);
    await journal.resolveDoubts(client);
    expect(journal.unexpected).toEqual([]);
    expect(journal.acknowledged.size).toBeGreaterThan(20);
    expect(await journal.contradictions(client)).toEqual([]);
    expect(await withSql(database.url, (sql) => journal.surplus(sql, tenant.orgId))).toBe(0);
    expect(await brokenRules(database.url)).toEqual([]);
  },
  loadedMsMax,
);

it("says by one scrape what all of its workers have counted, and goes on from there when one is replaced", async () => {
  const { server, url } = crew;
  const { clientId, clientSecret } = credential;
  const called =
    'tallystick_calls_total{method="tallystick.v1.OrganizationService/ListOrganizations",code="OK",protocol="rest"}';
  const scraped = async (name: string): Promise<number> => {
    const headers = { authorization: basic({ clientId, clientSecret }), connection: "close" };
    const text = await (await fetch(`${url}/metrics`, { headers })).text();
    const line = text.split("\n").find((each) => each.startsWith(`${name} `));
    return Number(line?.slice(name.length));
  };
  const before = (await scraped(called)) || 0;
  for (const _ of [1, 2, 3, 4, 5, 6]) expect(await statusFor(url, clientId, clientSecret)).toBe(200);
  await until(async () => (await scraped(called)) === before + 6);
  expect(await scraped("tallystick_workers")).toBe(2);
  expect(await scraped("tallystick_workers_silent")).toBe(0);
  expect(await scraped("tallystick_lanes")).toBe(4);

  const ended = await scraped("tallystick_workers_ended_total");
  const former = pidsOf(server);
  process.kill(former.at(-1) ?? 0, "SIGKILL");
  let isReplaced = false;
  const replaced = replacement(server, former).then(() => {
    isReplaced = true;
  });
  const silent = new Set<number>();
  // A connection that the killed one had been handed is cut.
  while (!isReplaced) silent.add(await scraped("tallystick_workers_silent").catch(() => 0));
  await replaced;
  expect([...silent]).toEqual([0]);
  expect(await scraped("tallystick_workers_ended_total")).toBe(ended + 1);
  expect(await scraped(called)).toBe(before + 6);
});

/** The last one of this crew, which it ends. */
it("ends with an error where workers end again and again", async () => {
  const { server } = crew;
  writeFileSync(endsWorkers, "");
  process.kill(pidsOf(server).at(-1) ?? 0, "SIGKILL");
  expect(await server.ended).toBe(1);
  await untilGone(pidsOf(server));
  expect(server.stderr).toMatch(
    /"level":60.*"Workers end again and again, 11 times in a minute. The last time: A worker ended: exit code 3\."/,
  );
}, 90_000);

it("counts connections of one address over all of its workers, which end with it where it is killed", async () => {
  const other = await startCrew({ TALLYSTICK_CONNECTIONS_PER_ADDRESS: "2" });
  const { hostname, port } = new URL(other.url);
  const sockets: net.Socket[] = [];
  const outcomes: string[] = [];
  for (const _ of [1, 2, 3, 4]) {
    const socket = net.connect(Number(port), hostname);
    sockets.push(socket);
    socket.write("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n");
    const answered = once(socket, "data").then(
      () => "answered",
      () => "closed",
    );
    outcomes.push(
      await Promise.race([
        answered,
        once(socket, "close").then(
          () => "closed",
          () => "closed",
        ),
      ]),
    );
  }
  expect(outcomes).toEqual(["answered", "answered", "closed", "closed"]);
  for (const socket of sockets) socket.destroy();
  expect(await end(other.server, "SIGKILL")).toBe("SIGKILL");
  await untilGone(pidsOf(other.server));
  await other.database.drop();
}, 60_000);
