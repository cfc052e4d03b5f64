import { once } from "node:events";
import * as nodeHttp2 from "node:http2";
import { create } from "@bufbuild/protobuf";
import { type Client, Code, ConnectError, createClient, type HandlerContext } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import pino from "pino";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import {
  FrontierService,
  GetBillingBalanceResponseSchema,
} from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { Admit } from "./requests/admission.ts";
import { type Fixture, startServer } from "./server.fixture.ts";
import type { ServerOptions } from "./server.ts";

const unwritable = create(GetBillingBalanceResponseSchema, {
  // The one in no binary, the other in no JSON.
  balance: { amount: "the secret" as unknown as bigint, updatedAt: { seconds: 10n ** 15n } },
});

let lines: string[] = [];
const log = pino({}, { write: (line: string) => lines.push(line) });
let admit: Admit = async () => {};
const never = new Promise<typeof unwritable>(() => undefined);
type Answer = typeof unwritable | Promise<typeof unwritable>;
let implementation: (context: HandlerContext) => Answer = () => unwritable;

const options: Partial<ServerOptions> = {
  log,
  admit: (arrival) => admit(arrival),
  routes: (router) => {
    router.service(FrontierService, { getBillingBalance: (_, context) => implementation(context) });
  },
};
let thin: Fixture;
let thick: Fixture;
beforeAll(async () => {
  [thin, thick] = await Promise.all([startServer(options), startServer({ ...options, thinGrpc: false })]);
});
afterAll(() => Promise.all([thin.server.close(0), thick.server.close(0)]));
beforeEach(() => {
  lines = [];
  admit = async () => {};
  implementation = () => unwritable;
});

const http2 = { httpVersion: "2" } as const;
const ways: readonly [string, () => Client<typeof FrontierService>][] = [
  ["gRPC, by the thin path", () => client(createGrpcTransport({ baseUrl: thin.url }))],
  ["gRPC, by connect-node", () => client(createGrpcTransport({ baseUrl: thick.url }))],
  ["gRPC in JSON", () => client(createGrpcTransport({ baseUrl: thin.url, useBinaryFormat: false }))],
  ["gRPC-Web", () => client(createGrpcWebTransport({ baseUrl: thin.url, ...http2 }))],
  ["Connect", () => client(createConnectTransport({ baseUrl: thin.url, ...http2, useBinaryFormat: true }))],
  [
    "Connect in JSON",
    () => client(createConnectTransport({ baseUrl: thin.url, ...http2, useBinaryFormat: false })),
  ],
  ["a Connect GET", () => client(createConnectTransport({ baseUrl: thin.url, ...http2, useHttpGet: true }))],
];

function client(transport: Parameters<typeof createClient>[1]) {
  return createClient(FrontierService, transport);
}

async function failureOf(caller: Client<typeof FrontierService>, requestId: string): Promise<ConnectError> {
  const answer = caller.getBillingBalance({ id: "x" }, { headers: { "x-request-id": requestId } });
  return answer.then(
    () => Promise.reject(new Error("it was answered")),
    (reason: unknown) => ConnectError.from(reason),
  );
}

/** That the caller is told nothing but the request's id, under which one line of the log says why. */
async function expectUnexpected(caller: Client<typeof FrontierService>, words: string): Promise<void> {
  const error = await failureOf(caller, "request-7");
  expect(error).toMatchObject({ code: Code.Internal, rawMessage: "internal error; request id request-7" });
  expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
    { reason: "INTERNAL", domain: "tallystick", metadata: { request_id: "request-7" } },
  ]);
  const logged = lines.map((line) => JSON.parse(line));
  expect(logged).toMatchObject([
    {
      requestId: "request-7",
      method: `${FrontierService.typeName}/GetBillingBalance`,
      err: { message: expect.stringContaining(words) },
    },
  ]);
}

describe.each(ways)("over %s", (_, open) => {
  it("an answer that cannot be written is in the log under the request's id", () =>
    expectUnexpected(open(), "cannot encode"));

  it("so is what a method throws that no caller may see", async () => {
    implementation = () => {
      throw new Error("the secret");
    };
    await expectUnexpected(open(), "the secret");
  });

  it("so is what admission throws", async () => {
    admit = () => Promise.reject(new Error("the secret"));
    await expectUnexpected(open(), "the secret");
  });

  it("but no error that is for the caller", async () => {
    implementation = () => {
      throw new ConnectError("no such account", Code.NotFound);
    };
    expect((await failureOf(open(), "request-8")).code).toBe(Code.NotFound);
    expect(lines).toEqual([]);
  });
});

it.each(["application/grpc", "application/grpc-web+proto", "application/proto", "application/json"])(
  "a caller over %s who resets the stream, by whatever code, is nothing unexpected",
  async (contentType) => {
    const session = nodeHttp2.connect(thin.url);
    const path = `/${FrontierService.typeName}/GetBillingBalance`;
    const body = { "application/proto": "", "application/json": "{}" }[contentType] ?? "\0\0\0\0\0";
    for (const code of [1, 2, 3, 8, 11]) {
      const over = new Promise<void>((resolve) => {
        implementation = async ({ signal }) => {
          stream.close(code);
          await once(signal, "abort");
          resolve();
          return never;
        };
      });
      const stream = session.request({ ":method": "POST", ":path": path, "content-type": contentType });
      stream.on("error", () => undefined).end(body);
      await over;
      for (let round = 0; round < 5; round += 1) await new Promise(setImmediate);
    }
    session.close();
    expect(lines).toEqual([]);
  },
);
