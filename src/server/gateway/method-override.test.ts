import { type GatewayFixture, json, reasonOf, startGateway } from "./gateway.fixture.ts";

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const form = { "content-type": "application/x-www-form-urlencoded" };
const overridden = (method: string) => ({ ...form, "x-http-method-override": method });

describe("x-http-method-override", () => {
  it("makes a POST a GET, whose query is the form in the body", async () => {
    const tags = Array.from({ length: 500 }, (_, n) => `tag ${n}`);
    const body = new URLSearchParams({ nickname: "a+b&c" });
    for (const tag of tags) body.append("tags", tag);
    const answer = await gateway.post("/x/items/a%2Fb", body.toString(), overridden("GET"));
    expect(answer).toMatchObject({ status: 200, json: { name: "a/b", nickname: "a+b&c", tags } });
  });

  it("adds the form to the query of the URL", async () => {
    const answer = await gateway.post("/x/items/a?tags=1&fields=tags", "tags=2&alt=json", overridden("get"));
    expect(answer).toMatchObject({ status: 200, json: { tags: ["1", "2"] } });
  });

  it("needs no body", async () => {
    const headers = { "x-http-method-override": "GET" };
    expect(await gateway.call("POST", "/x/items/a", { headers })).toMatchObject({
      status: 200,
      json: { name: "a" },
    });
  });

  it("makes a POST a PATCH, whose body stays JSON", async () => {
    const headers = { ...json, "x-http-method-override": "PATCH" };
    const answer = await gateway.post("/x/items/a?tags=1", { int64Value: "5" }, headers);
    expect(answer).toMatchObject({
      status: 200,
      json: { child: { name: "a", int64Value: "5" }, tags: ["1"] },
    });
  });

  it.each([
    ["of a GET changes nothing", "GET", "/x/items/a", { "x-http-method-override": "PATCH" }, 200, undefined],
    ["that the path does not take", "POST", "/x/items/a", overridden("DELETE"), 405, "METHOD_NOT_ALLOWED"],
    ["that is none", "POST", "/x/items/a", overridden("FETCH"), 405, "METHOD_NOT_ALLOWED"],
    ["in another dialect", "POST", "/native/items/a", overridden("GET"), 405, "METHOD_NOT_ALLOWED"],
  ])("%s", async (_what, method, path, headers, status, reason) => {
    const answer = await gateway.call(method, path, { headers });
    expect(answer.status).toBe(status);
    if (reason !== undefined) expect(reasonOf(answer.json.error ?? answer.json)).toBe(reason);
  });

  it.each([
    ["JSON", json, '{"tags":["a"]}', 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["a form that is malformed", form, "tags=%zz", 400, "MALFORMED_URL"],
    ["a form with what there is not", form, "unknown=1", 400, "INVALID_FIELDS"],
  ])("refuses %s", async (_what, headers, body, status, reason) => {
    const answer = await gateway.post("/x/items/a", body, { ...headers, "x-http-method-override": "GET" });
    expect(answer.status).toBe(status);
    expect(reasonOf(answer.json.error)).toBe(reason);
  });
});
