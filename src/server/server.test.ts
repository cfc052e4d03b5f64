import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { create, fromBinary, type JsonValue, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { errorFromJson } from "@connectrpc/connect/protocol-connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import * as grpc from "@grpc/grpc-js";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import type { ServerReflection } from "../../gen/grpc/reflection/v1/reflection_pb.ts";
import {
  FrontierService,
  GetBillingBalanceRequestSchema,
  GetBillingBalanceResponseSchema,
} from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { type Fixture, startServer } from "./server.fixture.ts";

const path = "/raystack.frontier.v1beta1.FrontierService/GetBillingBalance";
const large = "x".repeat(16_000_000);

describe("server", () => {
  let fixture: Fixture;
  const seen: string[] = [];
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown) => unhandled.push(reason);
  beforeAll(async () => {
    process.on("unhandledRejection", onUnhandled);
    fixture = await startServer({
      interceptors: [
        (next) => (request) => {
          seen.push(request.header.get("x-request-id") ?? "");
          return next(request);
        },
      ],
    });
  });
  afterAll(async () => {
    await fixture.server.close(0);
    process.off("unhandledRejection", onUnhandled);
    expect(unhandled).toEqual([]);
  });

  const transports: [string, (baseUrl: string) => Transport][] = [
    ["gRPC", (baseUrl) => createGrpcTransport({ baseUrl })],
    ["gRPC-Web over HTTP/1.1", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" })],
    ["gRPC-Web over HTTP/2", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "2" })],
    ["Connect over HTTP/1.1", (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1" })],
    ["Connect over HTTP/2", (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2" })],
    [
      "Connect with JSON",
      (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1", useBinaryFormat: false }),
    ],
  ];
  describe.each(transports)("%s", (_name, transportOf) => {
    const clientOf = <S extends typeof FrontierService | typeof ServerReflection>(service: S) =>
      createClient(service, transportOf(fixture.url));

    it("carries a call, its error, and its request id to the interceptors", async () => {
      const client = clientOf(FrontierService);
      const requestId = randomUUID();
      let answered: string | null = null;
      const { balance } = await client.getBillingBalance(
        { id: "x" },
        {
          headers: { "x-request-id": requestId },
          onHeader: (header) => {
            answered = header.get("x-request-id");
          },
        },
      );
      expect(balance).toMatchObject({ amount: 9007199254740993n, currency: "x" });
      expect(seen).toContain(requestId);
      expect(answered).toBe(requestId);
      await expect(client.getBillingBalance({ id: "missing" })).rejects.toMatchObject({
        code: Code.NotFound,
      });
    });

    it("answers a method without an implementation with UNIMPLEMENTED", async () => {
      await expect(clientOf(FrontierService).hasTrialed({})).rejects.toMatchObject({
        code: Code.Unimplemented,
      });
    });

    it("answers 16 MB with RESOURCE_EXHAUSTED, and goes on", async () => {
      const client = clientOf(FrontierService);
      await expect(client.getBillingBalance({ id: large })).rejects.toMatchObject({
        code: Code.ResourceExhausted,
        details: [{ type: "google.rpc.ErrorInfo" }],
      });
      expect((await client.getBillingBalance({ id: "x" })).balance?.currency).toBe("x");
    });

    it("answers an unknown service with UNIMPLEMENTED and says why", async () => {
      const bare = await startServer({ routes: () => {} });
      const error = await createClient(FrontierService, transportOf(bare.url))
        .getBillingBalance({})
        .catch((reason: unknown) => ConnectError.from(reason));
      if (!(error instanceof ConnectError)) throw new Error("an error was expected");
      expect(error.code).toBe(Code.Unimplemented);
      expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
        { reason: "RPC_NOT_FOUND", domain: "tallystick" },
      ]);
      await bare.server.close(0);
    });
  });

  const post = (url: string, headers: Record<string, string>) =>
    fetch(`${fixture.url}${url}`, { method: "POST", headers, body: "{}" });
  const json = "application/json";

  it("repeats little of a long content-encoding that Connect refuses", async () => {
    const answer = await post(path, { "content-type": json, "content-encoding": "9".repeat(12_000) });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    const text = await answer.text();
    expect(text).toContain("999");
    expect(text.length).toBeLessThan(6 * 1024);
  });

  it.each([
    ["2s", "whole milliseconds, of up to 10 digits, without a unit, such as 2500"],
    ["9".repeat(12_000), "whole milliseconds, of up to 10 digits, without a unit, such as 2500"],
  ])("says how a timeout is written, over Connect", async (value, form) => {
    const answer = await post(path, { "content-type": json, "connect-timeout-ms": value });
    expect(answer.status).toBe(400);
    const error = errorFromJson((await answer.json()) as JsonValue, undefined, new ConnectError("no error"));
    expect(error).toMatchObject({
      code: Code.InvalidArgument,
      rawMessage: `the header connect-timeout-ms takes ${form}`,
    });
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: "MALFORMED_TIMEOUT", domain: "tallystick" },
    ]);
  });

  it("says how a timeout is written, over gRPC-Web", async () => {
    const headers = { "content-type": "application/grpc-web+proto", "grpc-timeout": "2s" };
    const text = await (await post(path, headers)).text();
    expect(text).toContain("the header grpc-timeout takes a whole number, of up to 8 digits, with a unit");
  });

  it.each([
    [`/${FrontierService.typeName.replace("Service", "")}/GetBillingBalance`, path],
    [`/raystack.Frontier/GetBillingBalance`, path],
    [`/${FrontierService.typeName}/GetBilingBalance`, path],
  ])("suggests what %s was meant to be, to plain JSON too", async (asked, meant) => {
    const answer = await post(asked, { "content-type": json });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      code: "unimplemented",
      message: `there is no method "${asked}"; did you mean ${meant}?`,
    });
  });

  it("says where a GET over Connect has its request, where it has none", async () => {
    const answer = await fetch(`${fixture.url}${path}`);
    expect(answer.status).toBe(415);
    expect(await answer.json()).toMatchObject({
      message: "a GET over Connect has its request in the query: ?encoding=json&message={…}, percent-encoded",
    });
  });

  it.each([
    ["/", { "content-type": "application/grpc" }],
    ["/a.B/C", { "content-type": "application/grpc-web+proto" }],
    ["/a.B/C", { "connect-protocol-version": "1" }],
  ])("lets no cache keep that there is no method %s for %j", async (path, headers) => {
    const response = await fetch(`${fixture.url}${path}`, { headers });
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("answers Connect GET", async () => {
    const query = `connect=v1&encoding=json&message=${encodeURIComponent('{"id":"x"}')}`;
    const response = await fetch(`${fixture.url}${path}?${query}`);
    expect(await response.json()).toEqual({ balance: { amount: "9007199254740993", currency: "x" } });
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it.each(["base64=1&x=?&message=!!!", "message=!!!&base64=1", "x=1?&base64=1&message=%25"])(
    "blames a Connect GET for %s, which is no base64",
    async (query) => {
      const response = await fetch(`${fixture.url}${path}?connect=v1&encoding=proto&${query}`);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        code: "invalid_argument",
        message: "the query's message is not valid base64",
        details: [{ debug: { reason: "MALFORMED_MESSAGE" } }],
      });
    },
  );

  describe("@grpc/grpc-js", () => {
    let client: grpc.Client;
    beforeAll(() => {
      client = new grpc.Client(`127.0.0.1:${fixture.port}`, grpc.credentials.createInsecure());
    });
    afterAll(() => client.close());
    const call = (method: string, id: string) =>
      promisify<Buffer | undefined>((done) =>
        client.makeUnaryRequest(
          method,
          (bytes: Buffer) => bytes,
          (bytes) => bytes,
          Buffer.from(
            toBinary(GetBillingBalanceRequestSchema, create(GetBillingBalanceRequestSchema, { id })),
          ),
          done,
        ),
      )();

    it("reads which method there is not, as it was asked for", async () => {
      const refused = call("/a.B/C%20d", "x");
      await expect(refused).rejects.toMatchObject({ details: 'there is no method "/a.B/C d"' });
    });

    it("calls", async () => {
      const bytes = await call(path, "x");
      expect(fromBinary(GetBillingBalanceResponseSchema, bytes ?? Buffer.alloc(0)).balance?.currency).toBe(
        "x",
      );
    });

    it.each([
      ["/a.B/C", "", grpc.status.UNIMPLEMENTED],
      ["/raystack.frontier.v1beta1.FrontierService/Nothing", "", grpc.status.UNIMPLEMENTED],
      ["/raystack.frontier.v1beta1.FrontierService/HasTrialed", "", grpc.status.UNIMPLEMENTED],
      [path, "missing", grpc.status.NOT_FOUND],
      [path, large, grpc.status.RESOURCE_EXHAUSTED],
    ])("is refused %s", async (method, id, code) => {
      await expect(call(method, id)).rejects.toMatchObject({ code });
    });
  });

  it.each([
    [
      "an unknown method",
      "POST",
      "/raystack.frontier.v1beta1.FrontierService/Nothing",
      {},
      404,
      "unimplemented",
    ],
    ["a wrong verb", "DELETE", path, {}, 405, "unimplemented"],
    ["a wrong content type", "POST", path, { "content-type": "text/plain" }, 415, "invalid_argument"],
    [
      "a bidirectional stream over HTTP/1.1",
      "POST",
      "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
      { "content-type": "application/connect+proto" },
      505,
      "unimplemented",
    ],
  ])("answers %s with a body that says so", async (_what, method, target, headers, status, code) => {
    const response = await fetch(`${fixture.url}${target}`, { method, headers });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, details: [{ type: "google.rpc.ErrorInfo" }] });
  });

  it.each([path, "/v1/x", "/a.B/C", "/readyz"])(
    "lets fetch see the answer to 16 MB on %s",
    async (target) => {
      const refusing = await startServer({
        gateway: {
          async handle(_request, response) {
            response.writeHead(413);
            response.end();
          },
        },
      });
      const headers = { "content-type": target === "/a.B/C" ? "application/proto" : "application/json" };
      const chunks = new ReadableStream({
        start(controller) {
          for (let count = 0; count < 16; count += 1) controller.enqueue(Buffer.alloc(1_000_000, " "));
          controller.close();
        },
      });
      const bodies: RequestInit[] = [{ body: large }, { body: chunks, duplex: "half" } as RequestInit];
      for (const body of bodies) {
        const response = await fetch(`${refusing.url}${target}`, { method: "POST", headers, ...body });
        expect(response.status).toBeGreaterThanOrEqual(400);
      }
      await refusing.server.close(0);
    },
  );

  it("cuts off a body beyond what it reads away", async () => {
    const strict = await startServer({ limits: { drainBytesMax: 1_000_000 } });
    const answer = fetch(`${strict.url}/readyz`, { method: "POST", body: large }).then(
      (response) => response.status,
      () => "cut",
    );
    expect([405, "cut"]).toContain(await answer);
    await strict.server.close(0);
  });

  it("survives clients that vanish in the middle of a call", async () => {
    const transport = createGrpcTransport({ baseUrl: fixture.url });
    const http1 = createConnectTransport({ baseUrl: fixture.url, httpVersion: "1.1" });
    for (const each of [transport, http1]) {
      for (let delay = 0; delay < 10; delay += 1) {
        const controller = new AbortController();
        const call = createClient(FrontierService, each)
          .getBillingBalance({ id: "x".repeat(1_000_000) }, { signal: controller.signal })
          .catch(() => {});
        for (let turn = 0; turn < delay; turn += 1) await new Promise(setImmediate);
        controller.abort();
        await call;
      }
    }
    expect((await fetch(`${fixture.url}/healthz`)).status).toBe(200);
  });
});
