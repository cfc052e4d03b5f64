import net from "node:net";
import { until } from "../../support/until.ts";
import { endServers } from "../server.ts";
import { type Crew, logged, pidsOf, replacement, startCrew } from "./crew.ts";

/** Longer than a worker may be silent. */
const hangingMsMax = 90_000;

let crew: Crew;
beforeAll(async () => {
  crew = await startCrew();
}, 60_000);
afterAll(async () => {
  await endServers();
  await crew.database.drop();
});

/** Asks on a connection of its own; answers what became of it. */
function asking(url: string): { readonly outcome: "waits" | "answered" | "cut" } {
  const { hostname, port } = new URL(url);
  const asked: { outcome: "waits" | "answered" | "cut" } = { outcome: "waits" };
  const socket = net.connect(Number(port), hostname, () =>
    socket.write("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n"),
  );
  socket.once("data", () => {
    asked.outcome = "answered";
    socket.destroy();
  });
  // That it was reset, its close tells.
  socket.on("error", () => undefined);
  socket.once("close", () => {
    if (asked.outcome === "waits") asked.outcome = "cut";
  });
  return asked;
}

/** Halts the newest worker, and asks until one waits: it was handed to that worker, which does not take it. */
async function untaken({ server, url }: Crew) {
  const pid = pidsOf(server).at(-1) ?? 0;
  process.kill(pid, "SIGSTOP");
  // Handed round, two that come one after the other are not both for the other worker.
  const asked = [asking(url), asking(url), asking(url)];
  const waiting = () => asked.filter(({ outcome }) => outcome === "waits");
  await until(async () => waiting().length === 1);
  return { pid, connection: waiting()[0] };
}

it(
  "kills a worker that hangs, which cuts its connections, and replaces it, while the other one serves",
  async () => {
    const { server, url } = crew;
    const former = pidsOf(server);
    const { pid, connection } = await untaken(crew);
    await until(async () => connection?.outcome === "cut", hangingMsMax);
    await replacement(server, former);
    expect(logged(server, "a worker hangs, and is killed")).toMatchObject([{ level: 50, pid }]);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  },
  2 * hangingMsMax,
);
