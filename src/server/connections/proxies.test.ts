import { once } from "node:events";
import type http2 from "node:http2";
import net from "node:net";
import { Code, ConnectError } from "@connectrpc/connect";
import { errorOf, frame, RawClient } from "../../../test/grpc/raw-client.ts";
import { until } from "../../../test/support/until.ts";
import { type Fixture, startServer } from "../server.fixture.ts";
import { type ForwardingHeader, Proxies } from "./proxies.ts";

const trusted = [
  { address: "10.0.0.0", bits: 8 },
  { address: "192.0.2.7", bits: 32 },
  { address: "fd00::", bits: 8 },
];
const callerOf = (header: ForwardingHeader, value: string | undefined) =>
  new Proxies({ trusted, header }).callerOf("10.0.0.1", { [header]: value });

it.each([
  ["10.1.2.3", true],
  ["::ffff:10.1.2.3", true],
  ["11.0.0.1", false],
  ["192.0.2.7", true],
  ["192.0.2.8", false],
  ["fd12:3456::1", true],
  ["fe80::1%eth0", false],
  ["::1", false],
  ["", false],
])("the proxy %j is trusted: %s", (address, isTrusted) => {
  expect(new Proxies({ trusted, header: "forwarded" }).isTrusted(address)).toBe(isTrusted);
  expect(new Proxies().isTrusted(address)).toBe(false);
});

const long = "203.0.113.1, ".repeat(1_000);

it.each([
  [undefined, "10.0.0.1"],
  ["", "10.0.0.1"],
  ["203.0.113.9", "203.0.113.9"],
  ["203.0.113.9:4711", "203.0.113.9"],
  ["2001:db8::1", "2001:db8::1"],
  ["[2001:db8::1]:4711", "2001:db8::1"],
  ["198.51.100.1, 203.0.113.9", "203.0.113.9"],
  ["198.51.100.1,203.0.113.9 , 192.0.2.7,fd00::5, 10.9.9.9", "203.0.113.9"],
  ["10.5.5.5, 10.9.9.9", "10.5.5.5"],
  ["203.0.113.9, unknown", "10.0.0.1"],
  ["203.0.113.9, unknown, 10.9.9.9", "10.9.9.9"],
  ["203.0.113.9, ", "10.0.0.1"],
  ["203.0.113.999", "10.0.0.1"],
  ["fe80::1%eth0", "10.0.0.1"],
  ["9".repeat(16_000), "10.0.0.1"],
  [`${",".repeat(16_000)}203.0.113.9`, "203.0.113.9"],
  [`${long}203.0.113.9`, "203.0.113.9"],
])("X-Forwarded-For %.60j comes from %s", (value, caller) => {
  expect(callerOf("x-forwarded-for", value)).toBe(caller);
});

it.each([
  [undefined, "10.0.0.1"],
  ["for=203.0.113.9", "203.0.113.9"],
  ['For="[2001:db8::1]:4711";proto=https', "2001:db8::1"],
  ["for=198.51.100.1, for=203.0.113.9;by=10.0.0.1 , for=10.9.9.9", "203.0.113.9"],
  ['for=203.0.113.9;host="a, for=198.51.100.1"', "203.0.113.9"],
  ['for=203.0.113.9;host="a\\", for=198.51.100.1"', "203.0.113.9"],
  // An unclosed quote of a stranger takes in what the proxy wrote: then nobody knows.
  ['for="198.51.100.1, for=203.0.113.9', "10.0.0.1"],
  ["for=_hidden", "10.0.0.1"],
  ["for=unknown", "10.0.0.1"],
  ["proto=https", "10.0.0.1"],
  ["203.0.113.9", "10.0.0.1"],
  [`${"for=198.51.100.1,".repeat(900)}for=203.0.113.9`, "10.0.0.1"],
  [`for="${"\\\\".repeat(1_000)}`, "10.0.0.1"],
])("Forwarded %.60j comes from %s", (value, caller) => {
  expect(callerOf("forwarded", value)).toBe(caller);
});

it("looks at no header but the one that is set", () => {
  const headers = { forwarded: "for=198.51.100.1", "x-forwarded-for": "203.0.113.9" };
  const from = (header: ForwardingHeader) => new Proxies({ trusted, header }).callerOf("10.0.0.1", headers);
  expect([from("x-forwarded-for"), from("forwarded")]).toEqual(["203.0.113.9", "198.51.100.1"]);
});

const here = { trusted: [{ address: "127.0.0.0", bits: 8 }], header: "x-forwarded-for" as const };
const path = "/raystack.frontier.v1beta1.FrontierService/GetBillingBalance";

describe("the address of a caller", () => {
  const seen: string[] = [];
  const admit = async ({ connection }: { connection: { address: string } }) => {
    seen.push(connection.address);
    throw new ConnectError("no", Code.Unauthenticated);
  };

  async function addressesSeen(fixture: Fixture): Promise<string[]> {
    seen.length = 0;
    const headers = { "x-forwarded-for": "203.0.113.9" };
    const json = { ...headers, "content-type": "application/json" };
    await (await fetch(fixture.url + path, { method: "POST", headers: json, body: "{}" })).text();
    const client = new RawClient(fixture.url);
    for (const contentType of ["application/grpc", "application/grpc-web+proto", "application/json"])
      await client.call({ headers: { ...headers, "content-type": contentType } });
    client.close();
    await fixture.server.close(0);
    return seen;
  }

  it("is that of the header, over every protocol", async () => {
    expect(await addressesSeen(await startServer({ admit, proxies: here }))).toEqual(
      Array(4).fill("203.0.113.9"),
    );
  });

  it("is that of the connection where nobody is trusted", async () => {
    expect(await addressesSeen(await startServer({ admit }))).toEqual(Array(4).fill("127.0.0.1"));
  });
});

it("have as many connections as they like, and calls at once before any of them was admitted", async () => {
  const limits = { connectionsPerAddressMax: 1, streamsUnprovenMax: 100, streamsPerSessionMax: 700 };
  const fixture = await startServer({ proxies: here, limits });
  const sockets = [1, 2, 3].map(() => net.connect(fixture.port, fixture.host));
  for (const socket of sockets) await once(socket, "connect");
  expect((await fetch(`${fixture.url}/healthz`)).status).toBe(200);
  const client = new RawClient(fixture.url);
  await client.call({
    headers: { ":path": "/grpc.health.v1.Health/Check" },
    chunks: [frame(Buffer.alloc(0))],
  });
  await new Promise((resolve) => client.session.ping(resolve));
  expect(client.session.remoteSettings.maxConcurrentStreams).toBe(700);
  client.close();
  for (const socket of sockets) socket.destroy();
  await fixture.server.close(0);
});

it("pass on what counts for each of their callers", async () => {
  const limits = {
    unfinishedBytesPerAddressMax: 130_000,
    unfinishedBytesPerConnectionMax: 1,
    openStreamsPerAddressMax: 1,
  };
  const fixture = await startServer({ proxies: here, limits });
  const client = new RawClient(fixture.url);
  const from = (caller: string) => ({ "x-forwarded-for": `198.51.100.77, ${caller}` });
  const large = async (caller: string) =>
    errorOf(await client.call({ headers: from(caller), chunks: [frame(Buffer.alloc(40_000))] }))?.code;
  const begun = client.open({
    headers: from("203.0.113.1"),
    chunks: [frame(Buffer.alloc(60_000)).subarray(0, 50_000)],
    end: false,
  });
  await until(async () => (await large("203.0.113.1")) === Code.ResourceExhausted);
  expect(await large("203.0.113.2")).not.toBe(Code.ResourceExhausted);
  begun.close();

  const watch = (caller: string) =>
    client.open({
      headers: { ...from(caller), ":path": "/grpc.health.v1.Health/Watch" },
      chunks: [frame(Buffer.alloc(0))],
    });
  const open = watch("203.0.113.1");
  await once(open, "data");
  const [trailers] = (await once(watch("203.0.113.1"), "trailers")) as [http2.IncomingHttpHeaders];
  expect(trailers["grpc-status"]).toBe(String(Code.ResourceExhausted));
  const other = watch("203.0.113.2");
  await once(other, "data");
  for (const stream of [open, other]) stream.close();
  client.close();
  await fixture.server.close(0);
});
