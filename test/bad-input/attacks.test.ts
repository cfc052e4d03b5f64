import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import http2 from "node:http2";
import net from "node:net";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import { Code } from "@connectrpc/connect";
import { LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";
import type { Program } from "../lifecycle/program.ts";
import { endServers, ready, startServer } from "../lifecycle/server.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { basic } from "../support/service.ts";
import { envelope, type Outcome, pathOf, protocols, sendFrames } from "./protocols.ts";
import { statusOf } from "./socket.ts";

/** A process of its own, so that what it comes to need of memory is its own, and that it may end is no harm. */
const { batchCreateTransfers: method } = LedgerService.method;
const credential = { clientId: "attacked", clientSecret: "the-secret-of-the-attacked" };
const mebibyte = 1024 * 1024;
/** Of JavaScript's objects: an object of each of a million pieces fills it. What arrives is outside of it. */
const heapMegabytes = 96;
/** The least that can be set: less of a flood costs less to send. */
const unfinishedMebibytes = 128;
/** What is sent of bodies that never end: a server that held it would come to more than it may. */
const floodBytes = 2 * unfinishedMebibytes * mebibyte;
/** For that much over loopback, on a machine that does other things, too. */
const attackMsMax = 90_000;
const residentBytesMax = 320 * mebibyte;

/** Processor time for which the service may serve nobody else; a third of it on a machine that is not slow. */
const turnMsMax = 300;
const watchOfTurns = pathToFileURL(resolve("test/support/longest-turn.mjs")).href;
/** Linux alone tells for how long a thread has worked. */
const tellsWork = existsSync("/proc/self/schedstat");

let database: TestDatabase;
let server: Program;
let url: string;
beforeAll(async () => {
  database = await createDatabase();
  server = startServer({
    DATABASE_URL: database.url,
    TALLYSTICK_ADMIN_CLIENT_ID: credential.clientId,
    TALLYSTICK_ADMIN_CLIENT_SECRET: credential.clientSecret,
    TALLYSTICK_UNFINISHED_MIB: String(unfinishedMebibytes),
    NODE_OPTIONS: `--max-old-space-size=${heapMegabytes} ${tellsWork ? `--import ${watchOfTurns}` : ""}`,
  });
  url = await ready(server);
});
afterAll(async () => {
  await endServers();
  await database.drop();
});

const known = { authorization: basic(credential) };
/** As many messages without content as fit a request of 4 MiB. */
const emptyMessages = Buffer.alloc(
  4_000_000,
  Buffer.from([(method.input.field.requests.number << 3) | 2, 0]),
);
const bomb = gzipSync(emptyMessages);
const emptyObjects = Buffer.from(`{"requests":[${"{},".repeat(1_300_000)}{}]}`);
const manyKeys = Buffer.from(`{${Array.from({ length: 330_000 }, (_, index) => `"a${index}":1`).join()}}`);

/**
 * Calls the service as a good client would, again and again, until the attack is over: it is always answered, the service
 * does not grow, and it never works for long at anything else.
 */
async function probeDuring<T>(attack: () => Promise<T>): Promise<T> {
  const workerData = { url: `${url}/tallystick/v1/organizations`, headers: known };
  const probe = new Worker("./test/bad-input/probe.mjs", { workerData });
  await once(probe, "message");
  await longestTurnMs();
  const outcome = await attack().finally(() => probe.postMessage("stop"));
  const [statuses] = (await once(probe, "message")) as [readonly number[]];
  expect(new Set(statuses)).toEqual(new Set([200]));
  expectSmall();
  expect(await longestTurnMs()).toBeLessThan(turnMsMax);
  return outcome;
}

let asked = 0;

/** Since it was last asked; nothing where the system does not tell. */
async function longestTurnMs(): Promise<number> {
  if (!tellsWork) return 0;
  asked += 1;
  server.kill("SIGUSR2");
  const [, ms] = await server.until(new RegExp(`longest turn ${asked}: ([\\d.]+) ms`));
  return Number(ms);
}

/** Asked where the system tells what a process holds at most. */
function expectSmall(): void {
  const file = `/proc/${server.pid}/status`;
  if (!existsSync(file)) return;
  const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(file, "utf8")) ?? [];
  expect(Number(kibibytes) * 1024).toBeLessThan(residentBytesMax);
}

const times = (count: number, send: () => Promise<Outcome>) =>
  Promise.all(Array.from({ length: count }, send));

describe.each([
  { who: "a stranger", header: {}, dense: Code.Unauthenticated, many: Code.Unauthenticated },
  { who: "a caller", header: known, dense: Code.ResourceExhausted, many: Code.InvalidArgument },
])("of $who", ({ header, dense, many }) => {
  it("12 messages that inflate a thousandfold over gRPC are refused", async () => {
    const grpc = { ...header, "content-type": "application/grpc", "grpc-encoding": "gzip" };
    const send = () => sendFrames({ url, method, body: envelope(bomb, 1), header: grpc });
    const outcomes = await probeDuring(() => times(12, send));
    expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set([dense]));
  });

  it.each(["Connect binary", "gRPC-Web"])("12 of them over %s are refused", async (name) => {
    const [body, encoding] =
      name === "gRPC-Web" ? [emptyMessages, {}] : [bomb, { "content-encoding": "gzip" }];
    const send = () => sendBy(name, body, { ...header, ...encoding });
    const outcomes = await probeDuring(() => times(12, send));
    const expected = name === "gRPC-Web" ? many : dense;
    // All of them together are more than may wait of one address while it is looked up who sends them.
    const isTooMuch = (code: Code | undefined) => code === Code.ResourceExhausted && header === known;
    const others = outcomes.map(({ code }) => code).filter((code) => code === expected || !isTooMuch(code));
    expect(new Set(others)).toEqual(new Set([expected]));
  });

  it.each([
    ["gRPC", "messages without content", emptyMessages],
    ["Connect JSON", "objects without content", emptyObjects],
    ["Connect JSON", "keys", manyKeys],
    ["gRPC-Web JSON", "keys", manyKeys],
  ])("%s with millions of %s is refused", async (name, _, body) => {
    const outcomes = await probeDuring(() => times(6, () => sendBy(name, body, header)));
    expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set([many]));
  });

  it(
    "10 bodies in a million pieces of one byte are refused",
    async () => {
      const pieces = Buffer.from("1\r\n \r\n".repeat(100_000));
      const send = () => sendInPieces(header, [pieces]);
      const outcomes = await probeDuring(() => Promise.all(Array.from({ length: 10 }, send)));
      expect(new Set(outcomes)).toEqual(new Set([many === Code.Unauthenticated ? 401 : 413]));
    },
    attackMsMax,
  );

  it("8 bodies whose last bytes come at once are read in turns", async () => {
    const body = Buffer.from(`{"name":"${"\u{1f600}".repeat(900_000)}"}`);
    const outcomes = await probeDuring(() => endAtOnce(header, body, 8));
    expect(new Set(outcomes)).toEqual(new Set([many === Code.Unauthenticated ? 401 : 400]));
  });

  it(
    "160 bodies of almost 4 MiB that never end leave room for others",
    async () => {
      const sessions = Array.from({ length: 4 }, () => http2.connect(url).on("error", () => undefined));
      try {
        await probeDuring(() => flood(sessions, header));
      } finally {
        for (const session of sessions) session.destroy();
      }
    },
    attackMsMax,
  );
});

function sendBy(name: string, body: Uint8Array, header: Record<string, string>): Promise<Outcome> {
  const protocol = protocols[name];
  if (protocol === undefined) throw new Error(`${name} is no protocol`);
  return protocol.send({ url, method, body, header });
}

/** A body of the chunks of HTTP/1.1, and one more byte; the status of the answer. */
async function sendInPieces(header: Record<string, string>, chunks: readonly Buffer[]): Promise<number> {
  const { hostname, port } = new URL(url);
  const fields = Object.entries({
    host: "x",
    "transfer-encoding": "chunked",
    connection: "close",
    ...header,
  });
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const start = `POST /tallystick/v1/organizations HTTP/1.1\r\n${head}\r\n`;
  const socket = net.connect(Number(port), hostname);
  Readable.from([start, ...chunks, "1\r\n \r\n0\r\n\r\n"]).pipe(socket);
  return statusOf(await text(socket));
}

/** Sends a body on so many connections, and the last byte of each when all the others were taken, or answered; the statuses. */
async function endAtOnce(header: Record<string, string>, body: Buffer, count: number): Promise<number[]> {
  const { hostname, port } = new URL(url);
  const fields = Object.entries({
    host: "x",
    "content-type": "application/json",
    "content-length": String(body.length),
    connection: "close",
    ...header,
  });
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const sockets = Array.from({ length: count }, () => net.connect(Number(port), hostname));
  const answers = sockets.map((socket) => text(socket));
  await Promise.all(
    sockets.map((socket, index) => {
      socket.write(`POST /tallystick/v1/organizations HTTP/1.1\r\n${head}\r\n`);
      const taken = new Promise((resolve) => socket.write(body.subarray(0, -1), resolve));
      return Promise.race([taken, answers[index]]);
    }),
  );
  for (const socket of sockets) socket.write(body.subarray(-1));
  return (await Promise.all(answers)).map(statusOf);
}

/** Opens 40 bodies on each, and resolves when none of them is taken any more, or far more was than the server may hold. */
function flood(
  sessions: readonly http2.ClientHttp2Session[],
  header: Record<string, string>,
): Promise<unknown> {
  const enough = new Promise<void>((resolve) => {
    let floodedBytes = 0;
    const note = (bytes: number) => {
      floodedBytes += bytes;
      if (floodedBytes > floodBytes) resolve();
    };
    const bodies = sessions.flatMap((session) =>
      Array.from({ length: 40 }, () => sendEndlessly(session, header, note)),
    );
    Promise.all(bodies).then(() => resolve());
  });
  return enough;
}

/** Announces almost 4 MiB, sends all but the last byte, and tells what of it is taken. */
function sendEndlessly(
  session: http2.ClientHttp2Session,
  header: Record<string, string>,
  note: (bytes: number) => void,
): Promise<void> {
  const bytes = 4 * mebibyte - 1024;
  const prefix = envelope(Buffer.alloc(0));
  prefix.writeUInt32BE(bytes, 1);
  const call = { ":method": "POST", ":path": pathOf(method), "content-type": "application/grpc" };
  const stream = session.request({ ...call, te: "trailers", ...header });
  return new Promise((resolve) => {
    stream
      .on("error", () => undefined)
      .on("close", resolve)
      .resume();
    stream.write(prefix);
    const send = (left: number) => {
      if (stream.destroyed || left <= 1) return resolve();
      const chunk = piece.subarray(0, Math.min(piece.length, left - 1));
      stream.write(chunk, () => {
        note(chunk.length);
        send(left - chunk.length);
      });
    };
    send(bytes);
  });
}

/** As much as one frame takes. */
const piece = Buffer.alloc(16 * 1024);
