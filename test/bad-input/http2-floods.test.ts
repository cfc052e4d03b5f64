import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import net from "node:net";
import type { Program } from "../lifecycle/program.ts";
import { endServers, ready, startServer } from "../lifecycle/server.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { frame } from "../support/http2-frame.ts";
import { basic } from "../support/service.ts";

const credential = { clientId: "flooded", clientSecret: "the-secret-of-the-flooded" };
const mebibyte = 1024 * 1024;
/** Of each flood, unless its connection is closed before. */
const floodBytes = 4 * mebibyte;
const residentBytesMax = 400 * mebibyte;
/** For so long nothing more is taken of a flood: its sender is made to wait. */
const stalledMs = 500;

let database: TestDatabase;
let server: Program;
let url: string;
beforeAll(async () => {
  database = await createDatabase();
  server = startServer({
    DATABASE_URL: database.url,
    TALLYSTICK_ADMIN_CLIENT_ID: credential.clientId,
    TALLYSTICK_ADMIN_CLIENT_SECRET: credential.clientSecret,
  });
  url = await ready(server);
});
afterAll(async () => {
  await endServers();
  await database.drop();
});

const types = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  window: 8,
  continuation: 9,
};
const [endStream, endHeaders] = [1, 4];
const preface = Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame(types.settings, 0, 0)]);

/** HPACK, each field as a literal that nobody remembers. */
function block(fields: Readonly<Record<string, string>>): Buffer {
  const text = (value: string) => [Buffer.from([value.length]), Buffer.from(value)];
  return Buffer.concat(
    Object.entries(fields).flatMap(([name, value]) => [Buffer.from([0]), ...text(name), ...text(value)]),
  );
}

const call = block({
  ":method": "POST",
  ":scheme": "http",
  ":path": "/tallystick.v1.LedgerService/GetBalance",
  ":authority": "host",
  "content-type": "application/grpc",
});
const cancel = Buffer.from([0, 0, 0, 8]);
const settings = Buffer.from([0, 4, 0, 0, 255, 255]);
const one = Buffer.from([0, 0, 0, 1]);

/** What is sent again and again; of streams each time with another id. */
const floods: Readonly<Record<string, { begin?: Buffer; next: (streamId: number) => Buffer }>> = {
  "streams that are opened and reset": {
    next: (id) =>
      Buffer.concat([frame(types.headers, endHeaders, id, call), frame(types.reset, 0, id, cancel)]),
  },
  "streams that are opened and ended, whose answers nobody reads": {
    next: (id) => frame(types.headers, endHeaders | endStream, id, call),
  },
  "headers that go on and on": {
    begin: frame(types.headers, 0, 1, call),
    next: () => frame(types.continuation, 0, 1, block({ "x-more": "m".repeat(100) })),
  },
  "pings whose answers nobody reads": { next: () => frame(types.ping, 0, 0, Buffer.from("pingping")) },
  "settings whose acknowledgements nobody reads": { next: () => frame(types.settings, 0, 0, settings) },
  "data without a byte": {
    begin: frame(types.headers, endHeaders, 1, call),
    next: () => frame(types.data, 0, 1),
  },
  "windows that open by a byte": { next: () => frame(types.window, 0, 0, one) },
  priorities: { next: (id) => frame(types.priority, 0, id, Buffer.from([0, 0, 0, 0, 1])) },
};

/** Sends a flood over a connection of its own that reads nothing, until all is sent, the connection closes, or nothing is taken any more. */
async function flood(name: string): Promise<void> {
  const { begin = Buffer.alloc(0), next } = floods[name] ?? { next: () => Buffer.alloc(0) };
  const { hostname, port } = new URL(url);
  const socket = net.connect({ host: hostname, port: Number(port) });
  let isClosed = false;
  socket
    .on("error", () => undefined)
    .on("close", () => {
      isClosed = true;
    });
  await once(socket, "connect");
  socket.pause();
  socket.write(Buffer.concat([preface, begin]));
  let [sent, streamId] = [0, 1];
  try {
    while (sent < floodBytes) {
      const frames = Array.from({ length: 1_000 }, () => {
        streamId += 2;
        return next(streamId);
      });
      const chunk = Buffer.concat(frames);
      sent += chunk.length;
      if (socket.write(chunk)) continue;
      const isTaken = await Promise.race([
        once(socket, "drain").then(
          () => true,
          () => true,
        ),
        once(socket, "close").then(() => true),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(false), stalledMs)),
      ]);
      if (isClosed || !isTaken) return;
    }
  } finally {
    socket.destroy();
  }
}

/** Linux tells how much memory a process holds. */
function residentBytes(): number {
  const file = `/proc/${server.pid}/status`;
  if (!existsSync(file)) return 0;
  const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(file, "utf8")) ?? [];
  return Number(kibibytes) * 1024;
}

/** Asks as a good client would, until that is over, and is always answered. */
async function probeDuring<T>(attack: Promise<T>): Promise<T> {
  let isOver = false;
  const ending = attack.finally(() => {
    isOver = true;
  });
  const statuses = new Set<number>();
  while (!isOver) {
    const response = await fetch(`${url}/tallystick/v1/organizations`, {
      headers: { authorization: basic(credential) },
    });
    await response.arrayBuffer();
    statuses.add(response.status);
  }
  expect(statuses).toEqual(new Set([200]));
  return ending;
}

it.each(Object.keys(floods))("%s: the service stays small, and answers others", async (name) => {
  await probeDuring(Promise.all([flood(name), flood(name)]));
  expect(residentBytes()).toBeLessThan(residentBytesMax);
});

it("half-open connections of every kind: the service answers others", async () => {
  const { hostname, port } = new URL(url);
  const sockets = [Buffer.alloc(0), preface.subarray(0, 10), preface, Buffer.from("POST / HTT")].flatMap(
    (begun) =>
      Array.from({ length: 100 }, () => {
        const socket = net.connect({ host: hostname, port: Number(port), allowHalfOpen: true }, () => {
          if (begun.length > 0) socket.write(begun);
          socket.end();
        });
        return socket.on("error", () => undefined).resume();
      }),
  );
  await probeDuring(Promise.all(sockets.map((socket) => once(socket, "close"))));
});
