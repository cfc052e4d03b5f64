import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import { Duplex } from "node:stream";
import { create, createRegistry, toBinary } from "@bufbuild/protobuf";
import { Code, type ConnectRouter } from "@connectrpc/connect";
import pino from "pino";
import {
  ServerReflection,
  ServerReflectionRequestSchema,
} from "../../../gen/grpc/reflection/v1/reflection_pb.ts";
import { Health } from "../../../gen/health/v1/health_pb.ts";
import {
  FrontierService,
  type GetBillingBalanceRequest,
} from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { frame, request } from "../../../test/grpc/raw-client.ts";
import { until } from "../../../test/support/until.ts";
import { createGateway } from "../gateway/gateway.ts";
import { defaultLimits, type Limits } from "../limits.ts";
import { createUnaryInvoker } from "../rpc/unary.ts";
import { type Fixture, startServer } from "../server.fixture.ts";

const answerBytes = 60_000;
/** Twice what is kept of large answers here: room for three of them. */
const roomBytes = 400_000;
/** For who is to find no room before the time of another's answer is over, however long asking takes on a busy machine. */
const longAnswerMs = 2_000;

/** An answer as large as its id says. */
const getBillingBalance = ({ id }: GetBillingBalanceRequest) => ({
  balance: { amount: 1n, currency: "x".repeat(Number(id)) },
});

const method = FrontierService.method.getBillingBalance;
const path = `/${FrontierService.typeName}/GetBillingBalance`;

let fixture: Fixture;
afterEach(() => fixture.server.close(0));

async function start(limits: Partial<Limits>, thinGrpc = true): Promise<void> {
  const log = pino({ level: "silent" });
  fixture = await startServer({
    limits,
    thinGrpc,
    routes: (router: ConnectRouter) => router.service(FrontierService, { getBillingBalance }),
    gateway: createGateway({
      methods: [
        {
          method,
          invoke: createUnaryInvoker(
            {
              kind: "unary",
              method,
              impl: (message) => getBillingBalance(message as GetBillingBalanceRequest),
            },
            [],
          ),
        },
      ],
      registry: createRegistry(),
      limits: { ...defaultLimits, ...limits },
      admit: async () => {},
      log,
    }),
  });
}

type Ask = (bytes: number) => { readonly headers: http2.OutgoingHttpHeaders; readonly body: Uint8Array };

const asked =
  (contentType: string, body: (bytes: number) => Uint8Array): Ask =>
  (bytes) => ({
    headers: { ":method": "POST", ":path": path, "content-type": contentType, te: "trailers" },
    body: body(bytes),
  });
const inFrame = (bytes: number) => frame(request(String(bytes)));
const inJson = (bytes: number) => Buffer.from(JSON.stringify({ id: String(bytes) }));
const inGrpc = asked("application/grpc", inFrame);
const overConnect = asked("application/json", inJson);

interface Way {
  readonly name: string;
  readonly ask: Ask;
  readonly thinGrpc?: boolean;
}

const ways: readonly Way[] = [
  { name: "the thin path of gRPC", ask: inGrpc },
  { name: "gRPC by connect-node", ask: inGrpc, thinGrpc: false },
  { name: "gRPC-Web", ask: asked("application/grpc-web", inFrame) },
  { name: "Connect", ask: overConnect },
  {
    name: "REST",
    ask: (bytes) => ({
      headers: { ":method": "GET", ":path": `/v1beta1/organizations/o/billing/${bytes}/balance` },
      body: new Uint8Array(),
    }),
  },
];

/** A client who takes nothing of any answer but its headers. */
function unwilling(): http2.ClientHttp2Session {
  const session = http2.connect(fixture.url, { settings: { initialWindowSize: 0 } });
  session.on("error", () => {});
  return session;
}

function open(session: http2.ClientHttp2Session, { headers, body }: ReturnType<Ask>) {
  const stream = session.request(headers, { endStream: body.length === 0 });
  stream.on("error", () => {});
  if (body.length > 0) stream.end(body);
  return stream;
}

/** Sends a request and waits for the headers of its answer. */
async function begin(session: http2.ClientHttp2Session, { headers, body }: ReturnType<Ask>) {
  const stream = open(session, { headers, body });
  await new Promise((resolve) => stream.once("response", resolve).once("close", resolve));
  return stream;
}

/** All that comes of an answer, as text: headers, body and trailers. */
async function answerTo({ headers, body }: ReturnType<Ask>): Promise<string> {
  const session = http2.connect(fixture.url);
  const stream = open(session, { headers, body });
  const parts: string[] = [];
  const note = (fields: http2.IncomingHttpHeaders) => parts.push(JSON.stringify(fields));
  stream.on("response", note).on("trailers", note);
  stream.on("data", (chunk: Buffer) => parts.push(chunk.toString("latin1")));
  await new Promise((resolve) => stream.on("close", resolve));
  session.destroy();
  return parts.join("");
}

const isAnswered = async (asked: ReturnType<Ask>) => /x{5000}/.test(await answerTo(asked));
const refusal = /wait for you to take|wait%20for%20you/;

describe.each(ways)("an answer over $name that is not taken", ({ ask, thinGrpc }) => {
  it("counts for its address until its caller goes, and leaves room for small ones", async () => {
    await start({ unreadAnswerBytesPerAddressMax: roomBytes }, thinGrpc);
    const session = unwilling();
    for (let call = 0; call < 3; call += 1) await begin(session, ask(answerBytes));
    expect(await answerTo(ask(answerBytes))).toMatch(refusal);
    expect(await isAnswered(ask(5_000))).toBe(true);
    session.destroy();
    await until(() => isAnswered(ask(answerBytes)));
  });

  it("is ended when its time is over", async () => {
    await start({ unreadAnswerBytesPerAddressMax: roomBytes, answerMsMax: 300 }, thinGrpc);
    const session = unwilling();
    const streams = [await begin(session, ask(answerBytes)), await begin(session, ask(5_000))];
    await until(async () => streams.every(({ closed }) => closed));
    expect(streams.map(({ rstCode }) => rstCode)).toEqual(Array(2).fill(http2.constants.NGHTTP2_CANCEL));
    session.destroy();
  });

  it("is ended when its time is over also where it says that there was no room", async () => {
    await start(
      { unreadAnswerBytesPerAddressMax: roomBytes, answerMsMax: 300, drainMsMax: 60_000 },
      thinGrpc,
    );
    const [filling, refused] = [unwilling(), unwilling()];
    for (let call = 0; call < 3; call += 1) await begin(filling, ask(answerBytes));
    const stream = await begin(refused, ask(answerBytes));
    await until(async () => stream.closed);
    filling.destroy();
    refused.destroy();
  });

  it("gives its room back once it was taken", async () => {
    await start({ unreadAnswerBytesPerConnectionMax: roomBytes }, thinGrpc);
    const session = http2.connect(fixture.url);
    for (let call = 0; call < 10; call += 1) {
      const stream = await begin(session, ask(answerBytes));
      stream.resume();
      await until(async () => stream.closed);
      expect(stream.rstCode).toBe(http2.constants.NGHTTP2_NO_ERROR);
    }
    session.destroy();
  });
});

it("gives its room back when its time is over, also where it waits behind a stream that lives on", async () => {
  await start({ unreadAnswerBytesPerAddressMax: roomBytes, answerMsMax: longAnswerMs });
  const socket = net.connect({ port: fixture.port, host: fixture.host });
  socket.on("error", () => {});
  const watch =
    `POST /${Health.typeName}/Watch HTTP/1.1\r\nhost: a\r\ncontent-type: application/connect+proto\r\n` +
    "connect-protocol-version: 1\r\ncontent-length: 5\r\n\r\n\0\0\0\0\0";
  const large = `GET /v1beta1/organizations/o/billing/${answerBytes}/balance HTTP/1.1\r\nhost: a\r\n\r\n`;
  socket.write(watch + large.repeat(5));
  await until(async () => refusal.test(await answerTo(overConnect(answerBytes))));
  await until(() => isAnswered(overConnect(answerBytes)));
  socket.resume();
  await until(async () => socket.closed);
});

it("lives on where it is a stream that has nothing to say", async () => {
  await start({ answerMsMax: 300 });
  const session = http2.connect(fixture.url);
  const headers = { ...inGrpc(0).headers, ":path": `/${Health.typeName}/Watch` };
  const watch = open(session, { headers, body: frame(new Uint8Array()) });
  await once(watch, "data");
  const other = unwilling();
  const later = await begin(other, inGrpc(answerBytes));
  await until(async () => later.closed);
  expect(watch.closed).toBe(false);
  session.destroy();
  other.destroy();
});

it("counts apart what everybody may ask", async () => {
  await start({ unreadOpenAnswerBytesMax: 100_000, unreadAnswerBytesMax: roomBytes });
  const question = create(ServerReflectionRequestSchema, {
    messageRequest: { case: "fileContainingSymbol", value: FrontierService.typeName },
  });
  const reflection = {
    headers: { ...inGrpc(0).headers, ":path": `/${ServerReflection.typeName}/ServerReflectionInfo` },
    body: frame(toBinary(ServerReflectionRequestSchema, question)),
  };
  const session = unwilling();
  await until(async () => {
    await begin(session, reflection);
    return refusal.test(await answerTo(reflection));
  });
  expect(await isAnswered(inGrpc(answerBytes))).toBe(true);
  session.destroy();
  await until(async () => !refusal.test(await answerTo(reflection)));
});

it("counts what one connection does not take", async () => {
  await start({ unreadAnswerBytesPerConnectionMax: roomBytes });
  const session = unwilling();
  for (let call = 0; call < 3; call += 1) await begin(session, inGrpc(answerBytes));
  const fourth = open(session, inGrpc(answerBytes));
  const [headers] = await once(fourth, "response");
  expect(headers).toMatchObject({ "grpc-status": String(Code.ResourceExhausted) });
  expect(await isAnswered(inGrpc(answerBytes))).toBe(true);
  session.destroy();
});

const largeBytes = 12 * 1024 * 1024;
const large = overConnect(largeBytes);

/** Waits until there is no room for a second large answer, and then until there is. */
async function untilGivenBack(): Promise<void> {
  await until(async () => refusal.test(await answerTo(large)));
  await until(() => isAnswered(large));
}

it("ends an HTTP/1.1 connection whose client does not read", async () => {
  await start({ unreadAnswerBytesPerAddressMax: 3 * largeBytes, answerMsMax: longAnswerMs });
  const socket = net.connect(fixture.port, fixture.host);
  socket.on("error", () => {});
  const head = [`POST ${path} HTTP/1.1`, "host: x", "content-type: application/json"];
  socket.write([...head, `content-length: ${large.body.length}`, "", ""].join("\r\n"));
  socket.write(large.body);
  await untilGivenBack();
  socket.destroy();
});

it("ends an HTTP/2 connection whose client does not read, and so is not told of its cancelled stream", async () => {
  await start({ unreadAnswerBytesPerAddressMax: 3 * largeBytes, answerMsMax: longAnswerMs, drainMsMax: 300 });
  const socket = net.connect(fixture.port, fixture.host);
  socket.on("error", () => {});
  const closed = new Promise((resolve) => socket.on("close", resolve));
  const wire = new Duplex({ read() {}, write: (chunk, _, done) => void socket.write(chunk, done) });
  const window = 2 ** 31 - 1;
  const settings = { initialWindowSize: window };
  const session = http2.connect(fixture.url, { createConnection: () => wire, settings });
  session.on("error", () => {}).once("connect", () => session.setLocalWindowSize(window));
  open(session, large);
  await untilGivenBack();
  socket.resume();
  await closed;
  session.destroy();
});
