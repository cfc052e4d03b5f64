import http2 from "node:http2";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import {
  FrontierService,
  GetBillingBalanceRequestSchema,
} from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { until } from "../../../test/support/until.ts";
import type { Limits } from "../limits.ts";
import { type Fixture, startServer } from "../server.fixture.ts";
import { streamsLeast } from "./stream-shares.ts";

const streamsMax = 40;
const streamsPerSessionMax = 32;
const { NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = http2.constants;

/** Who is let in nowhere. */
const stranger = "stranger";

/** Calls that wait for their answer. */
const waiting: (() => void)[] = [];
let fixture: Fixture;
const sessions: http2.ClientHttp2Session[] = [];

const start = (limits: Partial<Limits>) =>
  startServer({
    routes: (router: ConnectRouter) => {
      router.service(FrontierService, {
        getBillingBalance: async () => {
          await new Promise<void>((resolve) => waiting.push(resolve));
          return { balance: { amount: 1n } };
        },
      });
    },
    admit: ({ requestHeader, connection }) => {
      if (requestHeader.get("x-caller") === stranger)
        return Promise.reject(new ConnectError("nobody", Code.Unauthenticated));
      connection.prove(requestHeader.get("x-caller") ?? undefined);
      return undefined;
    },
    limits,
  });

beforeAll(async () => {
  fixture = await start({ streamsMax, streamsUnprovenMax: streamsPerSessionMax, streamsPerSessionMax });
});
afterEach(async () => {
  answerAll();
  for (const session of sessions.splice(0)) session.destroy();
  await until(async () => fixture.server.figures().connections.open === 0);
});
afterAll(() => fixture.server.close(0));

const typeName = FrontierService.typeName;
const message = toBinary(GetBillingBalanceRequestSchema, create(GetBillingBalanceRequestSchema));
const prefix = Buffer.alloc(5);
prefix.writeUInt32BE(message.length, 1);
const body = Buffer.concat([prefix, message]);

/** A client's connection, and its calls. */
class Client {
  readonly session: http2.ClientHttp2Session;
  /** How its calls have ended. */
  readonly codes: number[] = [];
  /** Calls that it has begun, those that it keeps back among them. */
  begun = 0;

  constructor(
    private readonly caller: string,
    url = fixture.url,
  ) {
    this.session = http2.connect(url);
    this.session.on("error", () => undefined);
    sessions.push(this.session);
  }

  /** Calls of which nothing comes but their headers: they stay until nobody waits for the rest. */
  linger(count: number): void {
    for (let sent = 0; sent < count; sent += 1) {
      const stream = this.session.request({
        ...{ ":method": "POST", ":path": `/${typeName}/GetBillingBalance`, te: "trailers" },
        ...{ "content-type": "application/grpc", "x-caller": this.caller },
      });
      stream.on("error", () => undefined);
      stream.resume();
    }
  }

  call(count: number, path = `/${typeName}/GetBillingBalance`): void {
    for (let sent = 0; sent < count; sent += 1) {
      this.begun += 1;
      const stream = this.session.request({
        ...{ ":method": "POST", ":path": path, te: "trailers" },
        ...{ "content-type": "application/grpc", "x-caller": this.caller },
      });
      stream.on("error", () => undefined);
      stream.on("close", () => this.codes.push(stream.rstCode ?? 0));
      stream.resume();
      stream.end(body);
    }
  }

  /** How many calls it may have under way, as far as it knows. */
  get part(): number | undefined {
    return this.session.remoteSettings.maxConcurrentStreams;
  }
}

function answerAll(): void {
  for (const answer of waiting.splice(0)) answer();
}

/** Answers calls until all of a client's have ended. */
async function served(...clients: Client[]): Promise<void> {
  await until(async () => {
    answerAll();
    return clients.every(({ begun, codes }) => codes.length === begun);
  });
}

it("shares what is too much among callers, and a caller's part among its connections", async () => {
  const crowd = Array.from({ length: 4 }, () => new Client("crowd"));
  const [few, alone] = [new Client("few"), new Client("alone")];
  few.call(2);
  for (const client of [...crowd, alone]) client.call(60);
  await until(async () => crowd.every(({ part }) => part === 4) && alone.part === 19);
  expect(few.part).toBe(streamsPerSessionMax);
  expect(fixture.server.figures().connections.narrowed).toBe(5);
  await served(few, alone, ...crowd);
  expect(new Set(few.codes)).toEqual(new Set([NGHTTP2_NO_ERROR]));
});

it("refuses no call of a client that has heard of it, and gives back what it took when there is room again", async () => {
  const clients = [new Client("a"), new Client("b")];
  for (const client of clients) client.call(60);
  await until(async () => clients.every(({ part }) => part === 20));
  for (const client of clients) client.call(60);
  await served(...clients);
  const codes = clients.flatMap((client) => client.codes);
  expect(codes.filter((code) => code !== NGHTTP2_NO_ERROR && code !== NGHTTP2_REFUSED_STREAM)).toEqual([]);
  await until(async () => clients.every(({ part }) => part === streamsPerSessionMax));
  expect(fixture.server.figures().connections.narrowed).toBe(0);
});

it("lets calls through beside streams that stay", async () => {
  const watching = new Client("watching");
  const others = Array.from({ length: 6 }, (_, at) => new Client(`other ${at}`));
  watching.call(12, "/grpc.health.v1.Health/Watch");
  watching.call(1);
  await until(async () => waiting.length === 1);
  for (const client of [watching, ...others]) client.call(60);
  await until(async () => watching.part === 12 + 5 && others.every(({ part }) => part === 5));
  await until(async () => {
    answerAll();
    return watching.codes.length === 61;
  });
});

it("takes from nobody for strangers, however many connections they have", async () => {
  const strangers = Array.from({ length: 12 }, () => new Client(stranger));
  const caller = new Client("caller");
  caller.call(18);
  await until(async () => waiting.length === 18);
  for (const client of strangers) client.linger(streamsPerSessionMax);
  await until(async () => strangers.every(({ part }) => part === 4));
  expect(caller.part).toBe(streamsPerSessionMax);
});

it("gives callers their part again also while others stay beyond theirs", async () => {
  const callers = Array.from({ length: 8 }, (_, at) => new Client(`caller ${at}`));
  for (const client of callers) client.call(60);
  await until(async () => callers.every(({ part }) => part === 5));
  const strangers = Array.from({ length: 4 }, () => new Client(stranger));
  for (const client of strangers) client.linger(streamsPerSessionMax);
  await served(...callers);
  const [caller] = callers;
  caller?.call(10);
  await until(async () => caller?.part === streamsPerSessionMax);
  expect(strangers.some(({ part }) => part === streamsPerSessionMax)).toBe(false);
});

it("lets no more calls wait than end in half a second, but so many as keep it busy", async () => {
  const { server, url } = await start({});
  const clients = Array.from({ length: 4 }, (_, at) => new Client(`${at}`, url));
  for (const client of clients) client.call(100);
  await until(async () => clients.every(({ part }) => part === streamsLeast / 4));
  await served(...clients);
  await server.close(0);
});
