import type { JsonObject } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { type GatewayFixture, json, reasonOf, startGateway } from "./gateway.fixture.ts";

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const violationsOf = (status: { details: JsonObject[] }) =>
  status.details.find((detail) => detail["@type"] === "type.googleapis.com/google.rpc.BadRequest");

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
    const answer = await gateway.call(method, path);
    expect(answer).toMatchObject({ status, json: { code } });
    expect(reasonOf(answer.json)).toBe(reason);
  });

  it("names what a path takes", async () => {
    const answer = await gateway.call("DELETE", "/native/items/x");
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
    const answer = await gateway.call("POST", "/native/items", { headers, body });
    expect(answer.status).toBe(status);
    expect(reasonOf(answer.json)).toBe(reason);
  });

  it.each([
    ["/x", { error: { code: 415, status: "INVALID_ARGUMENT" } }],
    ["/edge", { code: "mint.unsupportedMediaType" }],
  ])("a body of another type than JSON in the dialect of %s", async (prefix, error) => {
    const answer = await gateway.post(`${prefix}/items`, {}, { "content-type": "text/plain" });
    expect(answer).toMatchObject({ status: 415, json: error });
  });

  it.each<[string, string | Uint8Array, Record<string, string>, number, string]>([
    ["is no JSON", "name=x", {}, 400, "MALFORMED_JSON"],
    ["does not fit", '{"int64_value":1.5}', {}, 400, "INVALID_FIELDS"],
    ["is not UTF-8", new Uint8Array([0x22, 0xff, 0x22]), {}, 400, "MALFORMED_BODY"],
    ["is compressed in a way of its own", "{}", { "content-encoding": "br" }, 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["is too large", " ".repeat(100_001), {}, 413, "BODY_TOO_LARGE"],
  ])("a body of any type in Frontier's dialect that %s", async (_what, body, more, status, reason) => {
    const headers = { "content-type": "application/x-www-form-urlencoded", ...more };
    const answer = await gateway.call("POST", "/frontier/items", { headers, body });
    expect(answer.status).toBe(status);
    expect(reasonOf(answer.json)).toBe(reason);
  });

  it("says where text is no JSON", async () => {
    const { json: status } = await gateway.post("/native/items", '{\n"name": x}');
    expect(status.message).toBe(
      'the body is not valid JSON at line 2, column 9: a value is expected, but "x" is here',
    );
    expect(status.details[0].metadata).toEqual({ line: "2", column: "9" });
  });

  it("names every field that does not fit, wherever it stands", async () => {
    const init = { headers: json, body: '{"numbers":[1,"x"],"nope":1}' };
    const { json: status } = await gateway.call("PATCH", "/native/items/x?int32Value=y", init);
    expect(status.message).toBe('numbers[1]: expected a whole number of 64 bits, got "x" (and 2 more)');
    expect(violationsOf(status)).toEqual({
      "@type": "type.googleapis.com/google.rpc.BadRequest",
      fieldViolations: [
        { field: "numbers[1]", description: 'expected a whole number of 64 bits, got "x"' },
        { field: "nope", description: "there is no such field" },
        { field: "int32Value", description: 'expected a whole number of 32 bits, got "y"' },
      ],
    });
  });

  const long = "x".repeat(90_000);
  it.each([
    ["an unknown field", { [long]: 1 }],
    ["one of a message within", { child: { [long]: 1 } }],
    ["the key of a map", { counts: { [long]: "x" } }],
    [
      "many of them",
      Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`${n}${"\u0001".repeat(400)}`, 1])),
    ],
  ])("is small although the name of %s is long", async (_what, body) => {
    for (const dialect of ["native", "frontier", "x", "edge"]) {
      const { json: error } = await gateway.post(`/${dialect}/items`, body);
      if (dialect === "native") expect(reasonOf(error)).toBe("INVALID_FIELDS");
      expect(JSON.stringify(error).length).toBeLessThan(6 * 1024);
    }
  });

  it("is small although the name of a parameter is long", async () => {
    const { json: error } = await gateway.call("GET", `/native/items/x?${"y".repeat(12_000)}=1`);
    expect(error.message).toMatch(/^yyy.*: there is no such query parameter$/);
    expect(JSON.stringify(error).length).toBeLessThan(6 * 1024);
  });

  it("names in Frontier's dialect are those of the proto, inside details too", async () => {
    const { json: status } = await gateway.post("/frontier/items", { int64_value: "x" });
    expect(violationsOf(status)).toHaveProperty("field_violations");
  });

  it("answers a path that is not there in the dialect of its neighbours", async () => {
    expect((await gateway.call("GET", "/x/items/a/b")).json).toMatchObject({
      error: { code: 404, status: "NOT_FOUND" },
    });
    expect((await gateway.call("GET", "/edge/nothing")).json).toEqual({
      code: "mint.noSuchResource",
      message: "there is nothing at this path",
      contexts: [],
    });
  });
});

describe("a caller that is not admitted", () => {
  let guarded: GatewayFixture;
  beforeAll(async () => {
    guarded = await startGateway({
      admit: async ({ requestHeader }) => {
        if (requestHeader.get("authorization") === "Bearer good") return;
        throw new ConnectError("who are you?", Code.Unauthenticated, { "www-authenticate": "Basic" });
      },
    });
  });
  afterAll(() => guarded.close());

  it("is turned away before its body is looked at", async () => {
    const answer = await guarded.post("/native/items", "{", { "content-type": "text/plain" });
    expect(answer).toMatchObject({ status: 401, json: { code: 16, message: "who are you?" } });
    expect(answer.header.get("www-authenticate")).toBe("Basic");
    expect(reasonOf(answer.json)).toBe("UNAUTHENTICATED");
    const admitted = { ...json, authorization: "Bearer good" };
    expect((await guarded.post("/native/items", "{}", admitted)).status).toBe(200);
  });

  it("whose time was over before is told so, and leaves no refusal that nobody takes note of", async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", onUnhandled);
    try {
      const answer = await guarded.post("/native/items", "{}", { ...json, "x-server-timeout": "0" });
      expect([answer.status, reasonOf(answer.json)]).toEqual([504, "DEADLINE_EXCEEDED"]);
      expect(unhandled).toEqual([]);
    } finally {
      process.off("unhandledRejection", onUnhandled);
    }
  });
});
