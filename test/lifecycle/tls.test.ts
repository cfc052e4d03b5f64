import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectTls, getHttp1, getHttp2, sessionTo } from "../../src/server/tls/tls.fixture.ts";
import { type CertificateName, pathsOf } from "../support/certificates.ts";
import { basic } from "../support/service.ts";
import { until } from "../support/until.ts";
import { end, endServers } from "./server.ts";
import { type Crew, credential, logged, pidsOf, replacement, startCrew } from "./workers/crew.ts";

let folder: string;
let crew: Crew;
let url: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tallystick-tls-"));
  put("server");
  crew = await startCrew({ TLS_CERT: join(folder, "tls.crt"), TLS_KEY: join(folder, "tls.key") });
  url = crew.url.replace("http:", "https:");
}, 60_000);
afterAll(async () => {
  await endServers();
  await crew.database.drop();
  rmSync(folder, { recursive: true });
});

function put(name: CertificateName): void {
  copyFileSync(pathsOf(name).cert, join(folder, "tls.crt"));
  copyFileSync(pathsOf(name).key, join(folder, "tls.key"));
}

/** The serial numbers that new connections see, which come to both workers. */
async function serials(): Promise<string[]> {
  const answers = [1, 2, 3, 4].map(() => getHttp1(`${url}/readyz`));
  return [...new Set((await Promise.all(answers)).map(({ serialNumber }) => serialNumber))];
}

const headers = { authorization: basic(credential) };
const list = "/tallystick/v1/organizations";

it("exchanges its certificate at SIGHUP, in all of its processes and under load", async () => {
  const sessions = [1, 2, 3, 4].map(() => sessionTo(url));
  let isDone = false;
  const loads = sessions.map(async (session) => {
    const statuses = new Set<unknown>();
    while (!isDone) statuses.add((await getHttp2(session, list, headers)).status);
    return [...statuses];
  });
  const before = await serials();
  expect(before).toHaveLength(1);
  put("renewed");
  crew.server.kill("SIGHUP");
  await until(async () => {
    const now = await serials();
    return now.length === 1 && now[0] !== before[0];
  });
  isDone = true;
  expect(await Promise.all(loads)).toEqual(sessions.map(() => [200]));
  for (const session of sessions) {
    expect(session.destroyed).toBe(false);
    session.close();
  }
}, 30_000);

it("resumes in one worker what another has begun", async () => {
  const { socket, session } = await connectTls(Number(new URL(url).port));
  socket.write("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n");
  const kept = await session;
  // They come to both.
  for (let count = 0; count < 4; count += 1)
    expect(await getHttp1(`${url}/healthz`, { session: kept })).toMatchObject({ reused: true });
  socket.destroy();
});

it("goes on with the certificate that it has where the files do not fit, also in a worker that begins", async () => {
  const before = await serials();
  writeFileSync(join(folder, "tls.key"), "");
  crew.server.kill("SIGHUP");
  await crew.server.until(/TLS_KEY \([^"]*\) holds no private key/);
  const former = pidsOf(crew.server);
  process.kill(former[0] ?? 0, "SIGKILL");
  await replacement(crew.server, former);
  expect(await serials()).toEqual(before);
  expect(logged(crew.server, "a worker ended, and is replaced")).toHaveLength(1);
  expect(await end(crew.server, "SIGTERM")).toBe(0);
}, 60_000);
