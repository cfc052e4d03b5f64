import { type Fixture, startServer } from "../server.fixture.ts";

describe("operations", () => {
  let fixture: Fixture;
  let failure: Error | undefined;
  beforeAll(async () => {
    const ready = async () => {
      if (failure !== undefined) throw failure;
    };
    fixture = await startServer({ ready, limits: { readinessMsInterval: 0 } });
  });
  afterAll(() => fixture.server.close(0));
  const get = (path: string, method = "GET") => fetch(`${fixture.url}${path}`, { method });

  it("says that the process lives, whatever else is wrong", async () => {
    failure = new Error("no database");
    const response = await get("/healthz?verbose");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toEqual({ status: "ok" });
  });

  it("says whether calls can be answered, and nothing of why not", async () => {
    failure = new Error("no database");
    const down = await get("/readyz");
    expect(down.status).toBe(503);
    expect(await down.json()).toEqual({ status: "unavailable" });
    failure = undefined;
    const up = await get("/readyz");
    expect(up.status).toBe(200);
    expect(await up.text()).toBe('{"status":"ok"}\n');
  });

  it("answers HEAD without a body, and no other verb", async () => {
    const head = await get("/healthz", "HEAD");
    expect(head.status).toBe(200);
    expect(head.headers.get("content-length")).toBe("16");
    expect(await head.text()).toBe("");
    const post = await get("/readyz", "POST");
    expect(post.status).toBe(405);
    expect(post.headers.get("allow")).toBe("GET, HEAD");
  });
});
