import { once } from "node:events";
import http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { PassingMap } from "../../bounds/passing-map.ts";
import { keepStreamsYoung, stateOf } from "./session-streams.ts";

let server: http2.Http2Server;
let client: http2.ClientHttp2Session;
let session: http2.ServerHttp2Session;

beforeEach(async () => {
  server = http2.createServer().on("session", keepStreamsYoung);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  [session] = await once(server, "session");
});
afterEach(async () => {
  client.destroy();
  server.close();
  await once(server, "close");
});

/** A request that is not answered yet. */
async function begin() {
  const stream = client.request({ ":method": "POST" });
  const [answering] = (await once(server, "stream")) as [http2.ServerHttp2Stream];
  return { stream, answering: answering.resume() };
}

const streams = () => stateOf(session)?.streams as PassingMap<number, object>;

it("Node keeps the streams of a session in what it is given", async () => {
  expect(streams()).toBeInstanceOf(PassingMap);
  for (const round of [1, 2, 3]) {
    const { stream, answering } = await begin();
    expect(streams().size).toBe(1);
    expect(streams().get(2 * round - 1)).toBe(answering);
    answering.respond({ ":status": 200 }, { endStream: true });
    stream.end().resume();
    await once(answering, "close");
    expect(streams().size).toBe(0);
  }
});

it("a session that is destroyed destroys all of its streams", async () => {
  const begun = [await begin(), await begin(), await begin()];
  const closed = begun.map(({ answering }) => once(answering, "close"));
  for (const { stream } of begun) stream.on("error", () => undefined);
  session.destroy();
  await Promise.all(closed);
  expect(streams().size).toBe(0);
});

it("a session that closes waits for its streams", async () => {
  const { stream, answering } = await begin();
  session.close();
  answering.respond({ ":status": 204 }, { endStream: true });
  const [headers] = await once(stream, "response");
  expect(headers[":status"]).toBe(204);
  stream.end().resume();
  await once(session, "close");
});
