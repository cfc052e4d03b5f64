import { once } from "node:events";
import net from "node:net";
import { FrontierService } from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { until } from "../../../test/support/until.ts";
import { type Fixture, startServer } from "../server.fixture.ts";

const path = `/${FrontierService.typeName}/GetBillingBalance`;
const body = JSON.stringify({ id: "x", padding: "y".repeat(50_000) });
const small = JSON.stringify({ id: "x" });

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer({
    limits: { unfinishedBytesPerAddressMax: 180_000, smallBytesMax: 1_000 },
  });
});
afterAll(() => fixture.server.close(0));

const call = (text: string) =>
  fetch(fixture.url + path, { method: "POST", headers: { "content-type": "application/json" }, body: text });

/** A request of which all but the end has been sent, over a connection of its own. */
async function unfinished(): Promise<net.Socket> {
  const socket = net.connect(fixture.port, fixture.host);
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: x",
    "content-type: application/json",
    "content-length: 60000",
  ];
  await new Promise<void>((resolve) => socket.write(`${head.join("\r\n")}\r\n\r\n${body}`, () => resolve()));
  return socket;
}

it("counts what connections of one address have begun to send, until they end", async () => {
  expect((await call(body)).status).toBe(200);
  const socket = await unfinished();
  await refused();
  expect((await call(small)).status).toBe(200);
  socket.destroy();
  await once(socket, "close");
  await until(async () => (await call(body)).status === 200);
});

/** What was written arrives some time; from then on the next large request finds no room. */
async function refused(): Promise<void> {
  await until(async () => {
    const response = await call(body);
    if (response.status === 200) return false;
    expect(response.status).toBe(429);
    const { code, details } = (await response.json()) as { code: string; details: { type: string }[] };
    expect(code).toBe("resource_exhausted");
    expect(details.map(({ type }) => type)).toEqual(["google.rpc.ErrorInfo", "google.rpc.RetryInfo"]);
    return true;
  });
}
