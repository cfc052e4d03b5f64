import type { Server as Http1Server } from "node:http";
import type { Http2Server, ServerHttp2Session } from "node:http2";
import net from "node:net";
import { setImmediate } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import type { Logger } from "pino";
import { arrivals } from "../../bounds/arrivals.ts";
import { networkOf } from "../../bounds/network.ts";
import type { ConnectionFault } from "../../bounds/refused-connection.ts";
import { Summary } from "../../bounds/summary.ts";
import { endConnections, endWithAnswer } from "../http1/last-answer.ts";
import type { Limits } from "../limits.ts";
import { departureOfStream } from "../requests/departure.ts";
import { rounds } from "../requests/rounds.ts";
import { type Refusal, tlsRequired } from "../status.ts";
import { faultOfClient } from "../tls/client-certificate.ts";
import { Handshakes } from "../tls/handshakes.ts";
import { encryptInPieces } from "../tls/pieces.ts";
import { refuse } from "../tls/refuse.ts";
import type { Tls } from "../tls/tls.ts";
import { AddressCount } from "./address-count.ts";
import { strangersOf } from "./connection.ts";
import { OpenConnections } from "./open-connections.ts";
import { addressOf } from "./peer.ts";
import type { Proxies } from "./proxies.ts";
import { type HttpVersion, hold, sniff } from "./sniff.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** One listening TCP port that HTTP/1.1 and HTTP/2 share. */
export interface Port {
  /** Starts to listen; port 0 takes a free one. Rejects if the address cannot be had, as with EADDRINUSE. */
  listen(host: string, port: number): Promise<Address>;
  /**
   * Stops accepting, tells HTTP/2 clients to go away and HTTP/1.1 clients that their connection ends, and waits
   * for running requests. What is still open after `graceMs` is destroyed.
   */
  close(graceMs: number): Promise<void>;
  figures(): PortFigures;
}

/** What is counted of the port's connections. */
export interface PortFigures {
  readonly open: number;
  readonly accepted: number;
  /** Those that were closed at once, by why. */
  readonly refused: ReadonlyMap<ConnectionFault, number>;
  /** Over all connections since the start, as they came over the wire. */
  readonly bytesReceived: number;
  readonly bytesSent: number;
}

export interface PortOptions {
  readonly http1: Http1Server;
  readonly http2: Http2Server;
  readonly proxies: Proxies;
  readonly limits: Limits;
  readonly log: Logger;
  /** Undefined where nothing is encrypted. */
  readonly tls: Tls | undefined;
}

/** Both servers live from the connections given to them here; neither listens itself. */
export function createPort({ http1, http2, proxies, limits, log, tls }: PortOptions): Port {
  const connections = new AddressCount({ ofOneMax: limits.connectionsPerAddressMax });
  const refused = new Summary<ConnectionFault>((record) => log.warn(record, "connections were refused"));
  const open = new OpenConnections(limits);
  let accepted = 0;
  const goodbyes = [sayGoodbyeHttp1(http1), sayGoodbyeHttp2(http2)];
  // Node starts the clock of an HTTP/1.1 server's header and request timeouts only on this event.
  http1.emit("listening");

  const server = net.createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true }, (socket) => {
    // A connection may fail at any time, also between its owners.
    socket.on("error", () => {});
    arrivals.note();
    const address = addressOf(socket);
    // Not by `maxConnections`: one of several processes would hand it back, to be asked again at once, and for ever.
    if (open.size >= limits.connectionsMax) {
      refused.note("tooMany", { addresses: address });
      socket.destroy();
      return;
    }
    // Behind a proxy stand as many as it likes.
    const leave = proxies.isTrusted(address) ? () => {} : connections.take(address);
    if (leave === undefined) {
      refused.note("addressHasTooMany", { addresses: address });
      socket.destroy();
      return;
    }
    accepted += 1;
    socket.once("close", leave);
    open.add(socket);
    sniff(socket, limits.sniffMsMax, (protocol) => {
      if (protocol === "tls" && handshakes !== undefined) void beginHandshake(handshakes, socket, address);
      else void enter(socket, { from: socket, version: httpOf(protocol), fault: faultOfPlaintext });
    });
  });

  const faultOfPlaintext: Fault | undefined =
    tls?.plaintext === "refuse" ? { kind: "plaintext", refusal: tlsRequired } : undefined;
  const handshakes =
    tls &&
    new Handshakes({
      certificates: tls.certificates,
      limits,
      failed: (fault, concerned) => refused.note(fault, concerned),
      secured: (socket, from) => {
        encryptInPieces(socket);
        const connection = open.of(from);
        if (connection !== undefined) connection.inner = socket;
        const mustShow = tls.certificates.material.clientCa !== undefined;
        const ofClient = mustShow ? faultOfClient(socket) : undefined;
        const fault = ofClient && ({ kind: "clientCertificates", ...ofClient } as const);
        sniff(socket, limits.sniffMsMax, (protocol) => {
          void enter(socket, { from, version: negotiated(socket) ?? httpOf(protocol), fault });
        });
      },
    });

  /** A handshake is dear, and nobody needs one who has ended its side: whoever comes behind a flood of such would wait for each. */
  async function beginHandshake(handshakes: Handshakes, socket: net.Socket, address: string) {
    const putBack = hold(socket);
    // The end of a connection that has waited to be taken comes right behind its first bytes.
    await setImmediate();
    await turnOf(socket);
    await putBack();
    if (!socket.destroyed) handshakes.begin(socket, { address, isProxy: proxies.isTrusted(address) });
  }

  /** Lets a connection in, or what is inside of one that is encrypted. */
  async function enter(socket: net.Socket, { from, version, fault }: Entry) {
    const connection = open.of(from);
    if (connection === undefined) return;
    if (fault !== undefined) {
      const { kind, reason, refusal } = fault;
      refused.note(kind, { addresses: addressOf(from), reasons: reason });
      refuse(socket, { version, refusal, limits });
      return;
    }
    connection.version = version;
    socket.allowHalfOpen = version === "http1";
    await turnOf(socket);
    // Node takes HTTP/2 within TLS for none where it was not agreed upon.
    if (socket instanceof TLSSocket && version === "http2") socket.alpnProtocol = "h2";
    if (socket.destroyed) return;
    if (version === "http2") connection.session = beginSession(http2, socket);
    else http1.emit("connection", socket);
  }

  return {
    listen: (host, port) => listen(server, host, port, log),
    figures() {
      const { received, sent } = open.bytes;
      return {
        open: open.size,
        accepted,
        refused: refused.totals,
        bytesReceived: received,
        bytesSent: sent,
      };
    },
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const { socket, version } of open) if (version === undefined) socket.destroy();
      for (const sayGoodbye of goodbyes) sayGoodbye();
      const grace = setTimeout(() => {
        for (const { socket } of open) socket.destroy();
      }, graceMs);
      await closed;
      clearTimeout(grace);
    },
  };
}

/** How a connection is let in. */
interface Entry {
  /** The connection itself, where what is let in is inside of it. */
  readonly from: net.Socket;
  readonly version: HttpVersion;
  readonly fault: Fault | undefined;
}

/** Why it is not, and what it is told. */
interface Fault {
  readonly kind: ConnectionFault;
  /** Of those of a kind which have several. */
  readonly reason?: string;
  readonly refusal: Refusal;
}

/** What has come of a connection is done at once: of many that come together it may be much. */
async function turnOf(socket: net.Socket): Promise<void> {
  const departure = departureOfStream(socket);
  const turn = rounds.turn({ party: strangersOf(networkOf(addressOf(socket))), departure });
  if (turn !== undefined) await turn.catch(ignore);
}

/** Node tells of the session before it returns; there is none where it takes the connection for something else. */
function beginSession(http2: Http2Server, socket: net.Socket): ServerHttp2Session | undefined {
  let begun: ServerHttp2Session | undefined;
  const note = (session: ServerHttp2Session) => {
    begun = session;
  };
  http2.once("session", note);
  http2.emit("connection", socket);
  http2.off("session", note);
  return begun;
}

/** What client and server have agreed upon, if they have (RFC 7301). */
function negotiated({ alpnProtocol }: TLSSocket): HttpVersion | undefined {
  if (alpnProtocol === "h2") return "http2";
  return alpnProtocol === "http/1.1" ? "http1" : undefined;
}

/** Where nothing is encrypted a handshake is for the HTTP/1.1 parser to judge. */
function httpOf(protocol: HttpVersion | "tls"): HttpVersion {
  return protocol === "http2" ? "http2" : "http1";
}

function ignore(): void {}

export function listen(server: net.Server, host: string, port: number, log: Logger): Promise<Address> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      server.on("error", (error) => log.error({ err: error }, "the port cannot accept connections"));
      const address = server.address();
      if (address === null || typeof address === "string") return reject(new Error("not a TCP address"));
      resolve({ host: address.address, port: address.port });
    });
  });
}

/** Returns what lets every HTTP/1.1 connection end with the last request that it is answering. */
function sayGoodbyeHttp1(http1: Http1Server): () => void {
  const connections = new Set<net.Socket>();
  let closing = false;
  http1.prependListener("connection", (socket: net.Socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  http1.prependListener("request", (_request, response) => {
    if (closing) endWithAnswer(response);
  });
  return () => {
    closing = true;
    // For those whose headers said otherwise: idle for a millisecond, or for a second that Node adds, then closed.
    http1.keepAliveTimeout = 1;
    endConnections(http1, connections);
  };
}

/** Returns what sends GOAWAY on every HTTP/2 connection; each ends with its last running stream. */
function sayGoodbyeHttp2(http2: Http2Server): () => void {
  const sessions = new Set<ServerHttp2Session>();
  let closing = false;
  http2.on("session", (session) => {
    // Of a connection that was taken before, and had its turn only now.
    if (closing) return session.close();
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  return () => {
    closing = true;
    for (const session of sessions) session.close();
  };
}
