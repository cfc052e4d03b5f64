import type { HandlerContext } from "@connectrpc/connect";
import { echo, type GatewayFixture, startGateway } from "./gateway.fixture.ts";

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await startGateway();
});
beforeEach(() => gateway.implement(echo));
afterAll(() => gateway.close());

describe("a message becomes an answer", () => {
  it("in the native dialect", async () => {
    const answer = await gateway.post("/native/items", { createTime: "2024-01-01T00:00:00Z" });
    expect(answer.json).toEqual({ createTime: "2024-01-01T00:00:00Z" });
    expect(answer.header.get("content-type")).toBe("application/json");
    expect(answer.header.get("cache-control")).toBe("no-store");
  });

  it("that ends with a line feed, as errors do", async () => {
    for (const path of ["/native/items/x", "/x/items/x", "/edge/items/x", "/nowhere"])
      expect(await (await fetch(`${gateway.http1}${path}`)).text()).toMatch(/[^\n]\n$/);
  });

  it("in Frontier's dialect", async () => {
    const answer = await gateway.post("/frontier/items", { int64_value: 5, unknown: 1 });
    expect(answer.json).toMatchObject({ int64_value: "5", create_time: null, tags: [], name: "" });
    expect(answer.json).not.toHaveProperty("first_choice");
    expect((await gateway.call("GET", "/frontier/items/x?unknown=1")).status).toBe(200);
  });

  it("with the metadata that the handler set, but not with its framing", async () => {
    gateway.implement((message, context) => {
      context.responseHeader.set("x-one", "1");
      context.responseHeader.set("content-length", "7");
      context.responseHeader.append("set-cookie", "a=1");
      context.responseHeader.append("set-cookie", "b=2");
      context.responseTrailer.set("x-two", "2");
      return message;
    });
    const { header } = await gateway.call("GET", "/native/items/x");
    expect([header.get("x-one"), header.get("trailer-x-two")]).toEqual(["1", "2"]);
    expect(header.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  it("without its body for HEAD", async () => {
    const get = await gateway.call("GET", "/native/items/x");
    const head = await gateway.call("HEAD", "/native/items/x");
    expect(head).toMatchObject({ status: 200, json: undefined });
    expect(head.header.get("content-length")).toBe(get.header.get("content-length"));
  });

  it("and the handler knows how it was called", async () => {
    const seen: Partial<HandlerContext>[] = [];
    gateway.implement((message, context) => {
      seen.push(context);
      return message;
    });
    await gateway.call("GET", "/native/items/x?tags=a", { headers: { "x-test": "1" } });
    const [context] = seen;
    expect(context).toMatchObject({ protocolName: "rest", requestMethod: "GET" });
    expect(context?.url).toBe(`${gateway.http1}/native/items/x?tags=a`);
    expect(context?.requestHeader?.get("x-test")).toBe("1");
    expect(context?.method?.name).toBe("Get");
  });
});
