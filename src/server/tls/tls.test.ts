import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import tls from "node:tls";
import pino from "pino";
import { authority, pairOf } from "../../../test/support/certificates.ts";
import { until } from "../../../test/support/until.ts";
import { exchange, type Fixture, startServer } from "../server.fixture.ts";
import { http2Preface } from "../sniff.ts";
import { Certificates } from "./certificates.ts";
import { connectTls, getHttp1, getHttp2, materialOf } from "./tls.fixture.ts";

let fixture: Fixture;
let certificates: Certificates;
beforeAll(async () => {
  certificates = new Certificates(materialOf("server"));
  fixture = await startServer({ tls: { certificates, plaintext: "refuse" }, limits: { sniffMsMax: 300 } });
});
afterAll(() => fixture.server.close(0));

it("speaks HTTP/1.1", async () => {
  expect(await getHttp1(`${fixture.url}/v1/x`)).toMatchObject({ status: 200 });
});

it("speaks HTTP/2", async () => {
  const session = http2.connect(fixture.url, { ca: authority });
  expect(await getHttp2(session, "/v1/x")).toMatchObject({ status: 200 });
  expect(session.alpnProtocol).toBe("h2");
  session.close();
});

it("speaks HTTP/2 without ALPN", async () => {
  const { socket } = await connectTls(fixture.port);
  socket.removeAllListeners("data");
  const session = http2.connect(fixture.url, { createConnection: () => socket });
  expect(await getHttp2(session, "/v1/x")).toMatchObject({ status: 200 });
  session.close();
});

it("speaks HTTP/1.1 without ALPN byte by byte", async () => {
  const { socket, closed } = await connectTls(fixture.port);
  for (const byte of Buffer.from("POST /v1/x HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi"))
    { socket.write(Buffer.of(byte)); await new Promise(setImmediate); }
  expect(String(await closed)).toContain('"length":2');
});

it("plain", async () => {
  console.log(await exchange(fixture.port, ["GET / HTTP/1.1\r\nhost: a\r\n\r\n"]));
  const r = await fetch(`http://127.0.0.1:${fixture.port}/`); console.log(r.status);
  const s = http2.connect(`http://127.0.0.1:${fixture.port}`);
  s.on("error", (e) => console.log("err", e));
  s.on("goaway", (code, id, data) => console.log("goaway", code, String(data)));
  const st = s.request({":path": "/"}); st.on("error", (e) => console.log("stream", e));
  await once(s, "close");
});
it("silent after handshake", async () => {
  const { closed } = await connectTls(fixture.port);
  expect(String(await closed)).toBe("");
});
void net; void tls; void pino; void pairOf; void until; void http2Preface;
