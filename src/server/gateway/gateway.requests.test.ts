import { gzipSync } from "node:zlib";
import { type GatewayFixture, json, startGateway } from "./gateway.fixture.ts";

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

describe("a request becomes a message", () => {
  it("from path and query", async () => {
    const answer = await gateway.call(
      "GET",
      "/native/items/a%2Fb+c?int64Value=9007199254740993&child.tags=x+y",
    );
    expect(answer).toMatchObject({
      status: 200,
      json: { name: "a/b+c", int64Value: "9007199254740993", child: { tags: ["x y"] } },
    });
  });

  it("from an additional binding", async () => {
    expect((await gateway.call("GET", "/native/files/a/b%2Fc")).json).toEqual({ name: "a/b%2Fc" });
  });

  it("from the whole body, in which the path may stand again", async () => {
    const answer = await gateway.post(
      "/native/items/fromPath:act",
      '{"name":"fromPath","int64_value":9007199254740993}',
    );
    expect(answer.json).toEqual({ name: "fromPath", int64Value: "9007199254740993" });
  });

  it.each(["native", "x"])("from no body that says another than the path, in %s", async (dialect) => {
    const answer = await gateway.post(`/${dialect}/items/fromPath:act`, { name: "fromBody" });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.json)).toContain("name: is another one in the path");
  });

  it.each(["frontier", "edge"])("from the path before the body, in %s", async (dialect) => {
    const answer = await gateway.post(`/${dialect}/items/fromPath:act`, { name: "fromBody" });
    expect(answer).toMatchObject({ status: 200, json: { name: "fromPath" } });
  });

  it("from a body field, the path inside it, and the query", async () => {
    const init = { headers: json, body: '{"name":"fromPath","int64Value":5}' };
    const answer = await gateway.call("PATCH", "/native/items/fromPath?tags=a", init);
    expect(answer.json).toEqual({ child: { name: "fromPath", int64Value: "5" }, tags: ["a"] });
  });

  it("from a body that is an array, answered by a part of the response", async () => {
    expect(
      (await gateway.call("PUT", "/native/items/x/tags", { headers: json, body: '["a","b"]' })).json,
    ).toEqual(["a", "b"]);
  });

  it.each([{}, json, { "content-type": "application/x-www-form-urlencoded" }])(
    "that is empty, from no body, with %j",
    async (headers) => {
      expect(await gateway.call("POST", "/native/items", { headers })).toMatchObject({
        status: 200,
        json: {},
      });
    },
  );

  it.each([
    "application/json",
    "application/json; charset=utf-8",
    'Application/JSON;charset="UTF-8"',
    "application/merge-patch+json",
  ])("from a body of type %s", async (contentType) => {
    expect((await gateway.post("/native/items", "{}", { "content-type": contentType })).status).toBe(200);
  });

  it.each([
    "application/x-www-form-urlencoded",
    "application/octet-stream",
    "application/json; charset=latin1",
    "text/plain",
    "nonsense",
  ])("from a body of type %s in Frontier's dialect", async (contentType) => {
    const answer = await gateway.post("/frontier/items", { name: "x" }, { "content-type": contentType });
    expect(answer).toMatchObject({ status: 200, json: { name: "x" } });
  });

  it("from a gzipped body", async () => {
    const init = { headers: { ...json, "content-encoding": "gzip" }, body: gzipSync('{"name":"x"}') };
    expect((await gateway.call("POST", "/native/items", init)).json).toEqual({ name: "x" });
  });
});
