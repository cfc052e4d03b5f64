import { once } from "node:events";
import http2 from "node:http2";
import https from "node:https";
import tls from "node:tls";
import { authority, type CertificateName, pairOf } from "../../../test/support/certificates.ts";
import type { TlsMaterial } from "./certificates.ts";

/** What a server with that certificate shows; its clients need none, unless told otherwise. */
export function materialOf(
  name: CertificateName,
  { clientCa }: { readonly clientCa?: string } = {},
): TlsMaterial {
  const { cert, key } = pairOf(name);
  return { certificate: cert, key, clientCa, ticketSecret: "the same everywhere" };
}

export type ClientOptions = tls.ConnectionOptions & https.RequestOptions;

/** What GET answers over HTTP/1.1, with the certificate that the server has shown. */
export async function getHttp1(url: string, options: ClientOptions = {}) {
  const request = https.get(url, { ca: authority, agent: false, servername: "localhost", ...options });
  const [response] = await once(request, "response");
  const { serialNumber } = response.socket.getPeerCertificate();
  let body = "";
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode, body, serialNumber, reused: response.socket.isSessionReused() };
}

/** A session of HTTP/2. */
export function sessionTo(url: string, options: tls.ConnectionOptions = {}): http2.ClientHttp2Session {
  const session = http2.connect(url, { ca: authority, ...options });
  session.on("error", () => undefined);
  return session;
}

/** The same over a session. */
export async function getHttp2(session: http2.ClientHttp2Session, path: string, fields = {}) {
  const stream = session.request({ ":path": path, ...fields });
  const [headers] = await once(stream, "response");
  let body = "";
  for await (const chunk of stream) body += chunk;
  return { status: headers[":status"], body };
}

/** What a session is told that is refused: as the answer to its first request, and when it ends. */
export async function refusalOf(session: http2.ClientHttp2Session) {
  const goaway = once(session, "goaway");
  const { status, body } = await getHttp2(session, "/v1/x");
  const [code, , words] = await goaway;
  return { status, body: JSON.parse(body), code, words: String(words) };
}

/** An encrypted connection, once its handshake is done, and whatever comes of it until the other side closes. */
export async function connectTls(
  port: number,
  options: tls.ConnectionOptions & { allowHalfOpen?: boolean } = {},
) {
  const socket = tls.connect({ port, host: "127.0.0.1", servername: "localhost", ca: authority, ...options });
  socket.on("error", () => undefined);
  const received: Buffer[] = [];
  const closed = new Promise<Buffer>((resolve) => {
    socket.on("data", (chunk) => received.push(chunk)).on("close", () => resolve(Buffer.concat(received)));
  });
  // Of TLS 1.2 it comes before the end of the handshake, of TLS 1.3 after it.
  const session = new Promise<Buffer>((resolve) => socket.once("session", resolve));
  await once(socket, "secureConnect");
  return { socket, session, closed };
}
