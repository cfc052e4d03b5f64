import { once } from "node:events";
import * as http2 from "node:http2";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import type { JsonObject } from "@bufbuild/protobuf";
import { create, fromJson } from "@bufbuild/protobuf";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import type { HandlerContext } from "@connectrpc/connect";
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema, ResourceInfoSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import { RestDialect } from "../../../gen/tallystick/options/v1/options_pb.ts";
import type { RestServer, TestHandler } from "../../../test/fixtures/gateway/rest-server.ts";
import { startRestServer } from "../../../test/fixtures/gateway/rest-server.ts";
import { createTestService, everything } from "../../../test/fixtures/gateway/schema.ts";

const methods = (prefix: string) => [
  {
    name: "Get",
    rule: { get: `${prefix}/items/{name}`, additionalBindings: [{ get: `${prefix}/files/{name=**}` }] },
  },
  { name: "Create", rule: { post: `${prefix}/items`, body: "*" } },
  { name: "Update", rule: { patch: `${prefix}/items/{child.name}`, body: "child" } },
  { name: "Act", rule: { post: `${prefix}/items/{name}:act`, body: "*" } },
  { name: "Tags", rule: { put: `${prefix}/items/{name}/tags`, body: "tags", response_body: "tags" } },
];

const services = [
  createTestService(methods("/native"), RestDialect.NATIVE),
  createTestService(methods("/frontier"), RestDialect.FRONTIER),
  createTestService(methods("/x"), RestDialect.APIGEE_X),
  createTestService(methods("/edge"), RestDialect.APIGEE_EDGE),
];

const json = { "content-type": "application/json" };

let server: RestServer;
let handler: TestHandler;
let admit: (header: Headers) => Promise<void>;

beforeAll(async () => {
  server = await startRestServer(services, (message, context) => handler(message, context), {
    admit: (header) => admit(header),
  });
});

afterAll(() => server.close());

beforeEach(() => {
  handler = (message) => message;
  admit = async () => {};
});

async function call(method: string, path: string, init: RequestInit = {}) {
  const response = await fetch(`${server.http1}${path}`, { method, ...init });
  const body = await response.text();
  return {
    status: response.status,
    header: response.headers,
    json: body === "" ? undefined : JSON.parse(body),
  };
}

const post = (path: string, body: unknown, header: Record<string, string> = json) =>
  call("POST", path, { headers: header, body: typeof body === "string" ? body : JSON.stringify(body) });

/** The reason in the ErrorInfo of a google.rpc.Status. */
const reasonOf = (status: { details: JsonObject[] }) =>
  status.details.find((detail) => detail["@type"] === "type.googleapis.com/google.rpc.ErrorInfo")?.["reason"];

const violationsOf = (status: { details: JsonObject[] }) =>
  status.details.find((detail) => detail["@type"] === "type.googleapis.com/google.rpc.BadRequest");

const failing =
  (error: unknown): TestHandler =>
  () => {
    throw error;
  };

describe("a request becomes a message", () => {
  it("from path and query", async () => {
    const answer = await call("GET", "/native/items/a%2Fb+c?int64Value=9007199254740993&child.tags=x+y");
    expect(answer).toMatchObject({
      status: 200,
      json: { name: "a/b+c", int64Value: "9007199254740993", child: { tags: ["x y"] } },
    });
  });

  it("from an additional binding", async () => {
    expect((await call("GET", "/native/files/a/b%2Fc")).json).toEqual({ name: "a/b%2Fc" });
  });

  it("from the whole body, in which the path wins", async () => {
    const answer = await post(
      "/native/items/fromPath:act",
      '{"name":"fromBody","int64_value":9007199254740993}',
    );
    expect(answer.json).toEqual({ name: "fromPath", int64Value: "9007199254740993" });
  });

  it("from a body field, the path inside it, and the query", async () => {
    const init = { headers: json, body: '{"name":"fromBody","int64Value":5}' };
    const answer = await call("PATCH", "/native/items/fromPath?tags=a", init);
    expect(answer.json).toEqual({ child: { name: "fromPath", int64Value: "5" }, tags: ["a"] });
  });

  it("from a body that is an array, answered by a part of the response", async () => {
    expect((await call("PUT", "/native/items/x/tags", { headers: json, body: '["a","b"]' })).json).toEqual([
      "a",
      "b",
    ]);
  });

  it.each([{}, json, { "content-type": "application/x-www-form-urlencoded" }])(
    "that is empty, from no body, with %j",
    async (headers) => {
      expect(await call("POST", "/native/items", { headers })).toMatchObject({ status: 200, json: {} });
    },
  );

  it.each([
    "application/json",
    "application/json; charset=utf-8",
    'Application/JSON;charset="UTF-8"',
    "application/merge-patch+json",
  ])("from a body of type %s", async (contentType) => {
    expect((await post("/native/items", "{}", { "content-type": contentType })).status).toBe(200);
  });

  it("from a gzipped body", async () => {
    const init = { headers: { ...json, "content-encoding": "gzip" }, body: gzipSync('{"name":"x"}') };
    expect((await call("POST", "/native/items", init)).json).toEqual({ name: "x" });
  });
});

describe("a message becomes an answer", () => {
  it("in the native dialect", async () => {
    const answer = await post("/native/items", { createTime: "2024-01-01T00:00:00Z" });
    expect(answer.json).toEqual({ createTime: "2024-01-01T00:00:00Z" });
    expect(answer.header.get("content-type")).toBe("application/json");
    expect(answer.header.get("cache-control")).toBe("no-store");
  });

  it("in Frontier's dialect", async () => {
    const answer = await post("/frontier/items", { int64_value: 5, unknown: 1 });
    expect(answer.json).toMatchObject({ int64_value: "5", create_time: null, tags: [], name: "" });
    expect(answer.json).not.toHaveProperty("first_choice");
    expect((await call("GET", "/frontier/items/x?unknown=1")).status).toBe(200);
  });

  it("with the metadata that the handler set, but not with its framing", async () => {
    handler = (message, context) => {
      context.responseHeader.set("x-one", "1");
      context.responseHeader.set("content-length", "7");
      context.responseHeader.append("set-cookie", "a=1");
      context.responseHeader.append("set-cookie", "b=2");
      context.responseTrailer.set("x-two", "2");
      return message;
    };
    const { header } = await call("GET", "/native/items/x");
    expect([header.get("x-one"), header.get("trailer-x-two")]).toEqual(["1", "2"]);
    expect(header.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  it("without its body for HEAD", async () => {
    const get = await call("GET", "/native/items/x");
    const head = await call("HEAD", "/native/items/x");
    expect(head).toMatchObject({ status: 200, json: undefined });
    expect(head.header.get("content-length")).toBe(get.header.get("content-length"));
  });

  it("and the handler knows how it was called", async () => {
    const seen: Partial<HandlerContext>[] = [];
    handler = (message, context) => {
      seen.push(context);
      return message;
    };
    await call("GET", "/native/items/x?tags=a", { headers: { "x-test": "1" } });
    const [context] = seen;
    expect(context).toMatchObject({ protocolName: "rest", requestMethod: "GET" });
    expect(context?.url).toBe(`${server.http1}/native/items/x?tags=a`);
    expect(context?.requestHeader?.get("x-test")).toBe("1");
    expect(context?.method?.name).toBe("Get");
  });
});

describe("what is refused", () => {
  it.each([
    ["GET", "/native/nothing", 404, 5, "ROUTE_NOT_FOUND"],
    ["GET", "/nowhere", 404, 5, "ROUTE_NOT_FOUND"],
    ["GET", "/", 404, 5, "ROUTE_NOT_FOUND"],
    ["DELETE", "/native/items/x", 405, 12, "METHOD_NOT_ALLOWED"],
    ["GET", "/native/items/%zz", 400, 3, "MALFORMED_URL"],
    ["GET", "/native/items/%00", 400, 3, "MALFORMED_URL"],
    ["GET", "/native/items/x?tags=%", 400, 3, "MALFORMED_URL"],
    ["GET", "/native/items/x?unknown=1", 400, 3, "INVALID_FIELDS"],
  ])("%s %s: %d", async (method, path, status, code, reason) => {
    const answer = await call(method, path);
    expect(answer).toMatchObject({ status, json: { code } });
    expect(reasonOf(answer.json)).toBe(reason);
  });

  it("names what a path takes", async () => {
    const answer = await call("DELETE", "/native/items/x");
    expect(answer.header.get("allow")).toBe("GET, HEAD, PATCH");
    expect(answer.json.message).toBe("this path takes GET, HEAD, PATCH");
  });

  it.each([
    [{ "content-type": "text/plain" }, "{}", 415, "UNSUPPORTED_MEDIA_TYPE"],
    [{ "content-type": "application/json; charset=latin1" }, "{}", 415, "UNSUPPORTED_MEDIA_TYPE"],
    [{ "content-type": "application/jsonx" }, "{}", 415, "UNSUPPORTED_MEDIA_TYPE"],
    [{ ...json, "content-encoding": "br" }, "{}", 415, "UNSUPPORTED_MEDIA_TYPE"],
    [{ ...json, "content-encoding": "gzip" }, "{}", 400, "MALFORMED_BODY"],
    [json, new Uint8Array([0x22, 0xff, 0x22]), 400, "MALFORMED_BODY"],
    [json, "{", 400, "MALFORMED_JSON"],
    [json, '{"int64Value":1.5}', 400, "INVALID_FIELDS"],
    [{ ...json, "x-server-timeout": "soon" }, "{}", 400, "MALFORMED_TIMEOUT"],
  ])("a body with %j: %s", async (headers, body, status, reason) => {
    const answer = await call("POST", "/native/items", { headers, body });
    expect(answer.status).toBe(status);
    expect(reasonOf(answer.json)).toBe(reason);
  });

  it("says where text is no JSON", async () => {
    const { json: status } = await post("/native/items", '{\n"name": x}');
    expect(status.message).toBe(
      "the body is not valid JSON at line 2, column 9: Object value expected after ':'",
    );
    expect(status.details[0].metadata).toEqual({ line: "2", column: "9" });
  });

  it("names every field that does not fit, wherever it stands", async () => {
    const init = { headers: json, body: '{"numbers":[1,"x"],"nope":1}' };
    const { json: status } = await call("PATCH", "/native/items/x?int32Value=y", init);
    expect(status.message).toBe('child.numbers[1]: expected a whole number of 64 bits, got "x" (and 2 more)');
    expect(violationsOf(status)).toEqual({
      "@type": "type.googleapis.com/google.rpc.BadRequest",
      fieldViolations: [
        { field: "child.numbers[1]", description: 'expected a whole number of 64 bits, got "x"' },
        { field: "child.nope", description: "there is no such field" },
        { field: "int32_value", description: 'expected a whole number of 32 bits, got "y"' },
      ],
    });
  });

  it("names in Frontier's dialect are those of the proto, inside details too", async () => {
    const { json: status } = await post("/frontier/items", { int64_value: "x" });
    expect(violationsOf(status)).toHaveProperty("field_violations");
  });

  it("answers a path that is not there in the dialect of its neighbours", async () => {
    expect((await call("GET", "/x/items/a/b")).json).toMatchObject({
      error: { code: 404, status: "NOT_FOUND" },
    });
    expect((await call("GET", "/edge/nothing")).json).toEqual({
      code: "mint.noSuchResource",
      message: "there is nothing at this path",
      contexts: [],
    });
  });
});

describe("a body that is too large", () => {
  const large = JSON.stringify({ name: "x".repeat(200_000) });

  it.each([
    ["with its length", json, large],
    ["gzipped", { ...json, "content-encoding": "gzip" }, gzipSync(large)],
    ["of 50 MB", json, Buffer.alloc(50_000_000, " ")],
  ])("%s is answered before it is read", async (_kind, headers, body) => {
    const answer = await call("POST", "/native/items", { headers, body });
    expect(answer).toMatchObject({
      status: 413,
      json: { code: 8, message: "the body is larger than 100000 bytes" },
    });
    expect(reasonOf(answer.json)).toBe("BODY_TOO_LARGE");
  });

  it("in chunks is answered while the client still writes", async () => {
    const chunks = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(50_000));
        if (++pulls === 100) controller.close();
      },
    });
    let pulls = 0;
    const init = { headers: json, body: chunks, duplex: "half" };
    expect((await call("POST", "/native/items", init as RequestInit)).status).toBe(413);
  });

  it("is answered for sure, even if the client reads nothing before it has written all", async () => {
    const socket = connect(Number(new URL(server.http1).port), "127.0.0.1").pause();
    socket.write("POST /native/items HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n");
    await new Promise((resolve) => socket.write(Buffer.alloc(20_000_000, " "), resolve));
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 .*"BODY_TOO_LARGE"/s);
  });

  it("that never comes is refused by its length, and the server does not wait for long", async () => {
    const socket = connect(Number(new URL(server.http1).port), "127.0.0.1");
    socket.write("POST /native/items HTTP/1.1\r\nHost: x\r\nContent-Length: 100001\r\n\r\n");
    const session = http2.connect(server.http2);
    const length = { "content-length": "100001" };
    const stream = session.request({ ":method": "POST", ":path": "/native/items", ...length });
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    const [answer] = await Promise.all([text(socket), once(stream, "close")]);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(reasonOf(JSON.parse(Buffer.concat(chunks).toString()))).toBe("BODY_TOO_LARGE");
    expect(stream.rstCode).toBe(http2.constants.NGHTTP2_NO_ERROR);
    session.destroy();
  });

  it("is refused over HTTP/2 too, and the session goes on", async () => {
    const session = http2.connect(server.http2);
    const request = (body: Buffer | string, path = "/native/items") => {
      const stream = session.request({ ":method": "POST", ":path": path, ...json });
      stream.on("error", () => {});
      stream.end(body);
      return stream;
    };
    const refused = request(Buffer.alloc(5_000_000, " "));
    const [headers] = (await once(refused, "response")) as [
      http2.IncomingHttpHeaders & { ":status"?: number },
    ];
    expect(headers[":status"]).toBe(413);
    expect(reasonOf(JSON.parse(await text(refused)))).toBe("BODY_TOO_LARGE");
    expect(JSON.parse(await text(request('{"name":"x"}')))).toEqual({ name: "x" });
    session.destroy();
  });
});

describe("a caller that is not admitted", () => {
  it("is turned away before its body is looked at", async () => {
    admit = async (header) => {
      if (header.get("authorization") === "Bearer good") return;
      throw new ConnectError("who are you?", Code.Unauthenticated, { "www-authenticate": "Basic" });
    };
    const answer = await post("/native/items", "{", { "content-type": "text/plain" });
    expect(answer).toMatchObject({ status: 401, json: { code: 16, message: "who are you?" } });
    expect(answer.header.get("www-authenticate")).toBe("Basic");
    expect(reasonOf(answer.json)).toBe("UNAUTHENTICATED");
    expect((await post("/native/items", "{}", { ...json, authorization: "Bearer good" })).status).toBe(200);
  });
});

describe("an error of a method", () => {
  const notFound = () =>
    new ConnectError("no such customer", Code.NotFound, undefined, [
      {
        desc: ErrorInfoSchema,
        value: { domain: "tallystick", reason: "CUSTOMER_NOT_FOUND", metadata: { customer: "c1" } },
      },
      { desc: ResourceInfoSchema, value: { resourceType: "customer", resourceName: "c1" } },
    ]);
  const details = [
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      domain: "tallystick",
      reason: "CUSTOMER_NOT_FOUND",
      metadata: { customer: "c1" },
    },
    { "@type": "type.googleapis.com/google.rpc.ResourceInfo", resourceType: "customer", resourceName: "c1" },
  ];

  it("in the native dialect", async () => {
    handler = failing(notFound());
    expect(await call("GET", "/native/items/x")).toMatchObject({
      status: 404,
      json: { code: 5, message: "no such customer", details },
    });
  });

  it("in Frontier's", async () => {
    handler = failing(notFound());
    const { json: status } = await call("GET", "/frontier/items/x");
    expect(status).toMatchObject({ code: 5, message: "no such customer" });
    expect(status.details[1]).toMatchObject({ resource_type: "customer", resource_name: "c1" });
  });

  it("in Apigee X's", async () => {
    handler = failing(notFound());
    expect((await call("GET", "/x/items/x")).json).toEqual({
      error: { code: 404, message: "no such customer", status: "NOT_FOUND", details },
    });
  });

  it("in Apigee Edge's", async () => {
    handler = failing(notFound());
    expect((await call("GET", "/edge/items/x")).json).toEqual({
      code: "mint.customerNotFound",
      message: "no such customer",
      contexts: [{ name: "customer", value: "c1" }],
    });
  });

  it.each([
    [Code.Canceled, 499],
    [Code.Unknown, 500],
    [Code.InvalidArgument, 400],
    [Code.DeadlineExceeded, 504],
    [Code.NotFound, 404],
    [Code.AlreadyExists, 409],
    [Code.PermissionDenied, 403],
    [Code.ResourceExhausted, 429],
    [Code.FailedPrecondition, 400],
    [Code.Aborted, 409],
    [Code.OutOfRange, 400],
    [Code.Unimplemented, 501],
    [Code.Internal, 500],
    [Code.Unavailable, 503],
    [Code.DataLoss, 500],
    [Code.Unauthenticated, 401],
  ])("of code %d has status %d", async (code, status) => {
    handler = failing(new ConnectError("why", code));
    expect(await call("GET", "/native/items/x")).toMatchObject({ status, json: { code, message: "why" } });
  });

  it("that it did not mean to tell stays untold, also one in writing the answer", async () => {
    const internal = {
      code: 13,
      message: "internal error",
      details: [{ "@type": expect.anything(), domain: "tallystick", reason: "INTERNAL" }],
    };
    handler = failing(new Error("secret"));
    expect(await call("GET", "/native/items/x")).toMatchObject({ status: 500, json: internal });
    const unwritable = fromJson(everything, { ttl: "1s" });
    Object.assign(unwritable, { ttl: create(DurationSchema, { seconds: 10n ** 15n }) });
    handler = () => unwritable;
    expect(await call("GET", "/native/items/x")).toMatchObject({ status: 500, json: internal });
  });
});

describe("a deadline", () => {
  const hanging: TestHandler = () => new Promise(() => {});

  it.each([
    ["x-server-timeout", "0.05"],
    ["grpc-timeout", "50m"],
    ["connect-timeout-ms", "50"],
    ["x-server-timeout", "0"],
  ])("in %s: %s is kept even if the handler hangs", async (name, value) => {
    handler = hanging;
    const answer = await call("GET", "/native/items/x", { headers: { [name]: value } });
    expect(answer).toMatchObject({ status: 504, json: { code: 4 } });
    expect(reasonOf(answer.json)).toBe("DEADLINE_EXCEEDED");
  });

  it("is known to the handler, and is there even if the caller asks for none", async () => {
    handler = (_message, context) => fromJson(everything, { doubleValue: context.timeoutMs() ?? -1 });
    const { json: asked } = await call("GET", "/native/items/x", { headers: { "x-server-timeout": "7" } });
    expect(asked.doubleValue).toBeGreaterThan(5_000);
    expect(asked.doubleValue).toBeLessThanOrEqual(7_000);
    expect((await call("GET", "/native/items/x")).json.doubleValue).toBeLessThanOrEqual(60_000);
  });

  it("holds for a body that does not arrive", async () => {
    const socket = connect(Number(new URL(server.http1).port), "127.0.0.1");
    const head =
      "POST /native/items HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nConnect-Timeout-Ms: 50\r\n\r\n{";
    socket.write(head);
    const [first] = (await once(socket, "data")) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1\.1 408 .*"BODY_TIMEOUT"/s);
    socket.destroy();
  });
});

describe("a caller that goes away", () => {
  it("aborts the call", async () => {
    const signals: AbortSignal[] = [];
    const controller = new AbortController();
    handler = (_message, context) => {
      signals.push(context.signal);
      controller.abort();
      return new Promise(() => {});
    };
    await expect(call("GET", "/native/items/x", { signal: controller.signal })).rejects.toThrow("abort");
    const [signal] = signals;
    if (signal && !signal.aborted) await once(signal, "abort");
    expect(signal?.aborted).toBe(true);
  });

  it("while it sends its body does no harm", async () => {
    const socket = connect(Number(new URL(server.http1).port), "127.0.0.1");
    socket.write("POST /native/items HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{", () =>
      socket.destroy(),
    );
    await once(socket, "close");
    expect((await call("GET", "/native/items/x")).status).toBe(200);
  });
});

describe("HTTP details", () => {
  it("takes a target in absolute form", async () => {
    const socket = connect(Number(new URL(server.http1).port), "127.0.0.1");
    socket.end(
      "GET http://example.com/native/items/x?tags=a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    expect(await text(socket)).toContain('{"name":"x","tags":["a"]}');
  });

  it("keeps a connection after an error, so that clients need not reconnect", async () => {
    const socket = connect(Number(new URL(server.http1).port), "127.0.0.1");
    const request = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
    socket.end(request("/nowhere") + request("/native/items/x", "Connection: close\r\n"));
    expect(await text(socket)).toMatch(/HTTP\/1\.1 404 .*HTTP\/1\.1 200 /s);
  });

  it("works over HTTP/2", async () => {
    const session = http2.connect(server.http2);
    const stream = session.request({ ":path": "/native/items/x", "x-server-timeout": "5" });
    expect(JSON.parse(await text(stream))).toEqual({ name: "x" });
    session.destroy();
  });
});
