import { once } from "node:events";
import { get } from "node:http";
import { connect } from "node:http2";
import { text } from "node:stream/consumers";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import pino from "pino";
import { HttpBodySchema } from "../../../gen/google/api/httpbody_pb.ts";
import { AdminService } from "../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import { LedgerService } from "../../../gen/tallystick/v1/ledger_pb.ts";
import { startRestServer } from "../../../test/fixtures/gateway/rest-server.ts";
import { until } from "../../../test/support/until.ts";
import { createStreamInvoker } from "../rpc/body-stream.ts";

// Answers that are streams: of google.api.HttpBody, over a method that is one, and of other messages.

const method = AdminService.method.exportOrganizationTokens;
const path = "/v1beta1/admin/organizations/acme/tokens/export";
const body = (said: string) => create(HttpBodySchema, { contentType: "text/csv", data: Buffer.from(said) });

const lines: string[] = [];
let implementation: (signal: AbortSignal) => AsyncIterable<ReturnType<typeof body>>;
let server: Awaited<ReturnType<typeof startRestServer>>;
beforeAll(async () => {
  const impl = (_: object, { signal }: { signal: AbortSignal }) => implementation(signal);
  const invoke = createStreamInvoker({ kind: "server_streaming", method, impl }, []);
  server = await startRestServer([], () => body(""), {
    methods: [{ method, invoke }],
    log: pino({}, { write: (line: string) => lines.push(line) }),
    limits: { restCallMsMax: 5_000 },
  });
});
beforeEach(() => lines.splice(0));
afterAll(() => server.close());

const overHttp1 = async () => {
  const request = get(`${server.http1}${path}`);
  const [response] = await once(request, "response");
  return { status: response.statusCode, body: () => text(response) };
};
const overHttp2 = async () => {
  const session = connect(server.http2);
  const stream = session.request({ ":path": path });
  const [header] = await once(stream, "response");
  return { status: header[":status"], body: () => text(stream).finally(() => session.destroy()) };
};

describe.each([
  ["HTTP/1.1", overHttp1],
  ["HTTP/2", overHttp2],
])("over %s", (_, call) => {
  it("come one after the other, nothing between them", async () => {
    implementation = async function* () {
      yield* ["a,b\n", "", "c,d\n"].map(body);
    };
    const answer = await call();
    expect([answer.status, await answer.body()]).toEqual([200, "a,b\nc,d\n"]);
  });

  it("that fail before the first message are errors", async () => {
    // biome-ignore lint/correctness/useYield: fails before it yields
    implementation = async function* () {
      throw new ConnectError("nothing there", Code.NotFound);
    };
    const answer = await call();
    expect(answer.status).toBe(404);
    expect(JSON.parse(await answer.body())).toMatchObject({ code: Code.NotFound, message: "nothing there" });
  });

  it("that fail later are cut off, and nobody takes them for whole", async () => {
    let fail: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      fail = resolve;
    });
    implementation = async function* () {
      yield body("a,b\n");
      await begun;
      throw new ConnectError("the database is gone", Code.Unavailable);
    };
    const answer = await call();
    expect(answer.status).toBe(200);
    fail();
    await expect(answer.body()).rejects.toThrow();
    expect(lines).toEqual([]);
  });

  it("that fail in a way that nobody expects are in the log", async () => {
    let fail: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      fail = resolve;
    });
    implementation = async function* () {
      yield body("a,b\n");
      await begun;
      throw new Error("the secret");
    };
    const answer = await call();
    fail();
    await expect(answer.body()).rejects.toThrow();
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        method: "raystack.frontier.v1beta1.AdminService/ExportOrganizationTokens",
        err: { message: "the secret" },
      },
    ]);
  });
});

it("are made no faster than they are read, and no more once the caller has gone", async () => {
  let made = 0;
  let signal: AbortSignal | undefined;
  implementation = async function* (its) {
    signal = its;
    for (; !its.aborted; made += 1) yield body("x".repeat(1024 * 1024));
  };
  const request = get(`${server.http1}${path}`);
  request.on("error", () => undefined);
  const [response] = await once(request, "response");
  response.pause();
  let before = -1;
  await until(async () => {
    const isStill = made === before;
    before = made;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return isStill;
  });
  expect(made).toBeLessThan(100);
  response.destroy();
  await until(async () => signal?.aborted === true);
});

it("end at the deadline also where nobody reads", async () => {
  let signal: AbortSignal | undefined;
  implementation = async function* (its) {
    signal = its;
    for (;;) yield body("x".repeat(1024 * 1024));
  };
  const request = get(`${server.http1}${path}`, { headers: { "grpc-timeout": "300m" } });
  const [response] = await once(request, "response");
  response.pause();
  await until(async () => signal?.aborted === true);
  await expect(text(response)).rejects.toThrow();
});

it("of messages that are no google.api.HttpBody are lines of JSON", async () => {
  const method = LedgerService.method.exportEntries;
  const impl = async function* () {
    yield create(method.output, { entries: [{ amount: "-5", version: 2n }], nextPageToken: "a" });
    yield create(method.output, { closed: true });
  };
  const invoke = createStreamInvoker({ kind: "server_streaming", method, impl }, []);
  const lines = await startRestServer([], () => body(""), { methods: [{ method, invoke }] });
  try {
    const answer = await fetch(`${lines.http1}/tallystick/v1/organizations/acme/entries:export`);
    expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
    expect(await answer.text()).toBe(
      '{"entries":[{"version":"2","amount":"-5"}],"nextPageToken":"a"}\n{"closed":true}\n',
    );
  } finally {
    await lines.close();
  }
});
