import { type Fixture, startServer } from "../server.fixture.ts";

const uuidv7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("request id", () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startServer();
  });
  afterAll(() => fixture.server.close(0));

  async function ask(headers: Record<string, string>) {
    const response = await fetch(`${fixture.url}/v1/x`, { headers });
    const { id } = (await response.json()) as { id: string };
    expect(response.headers.get("x-request-id")).toBe(id);
    return id;
  }

  it("is a UUIDv7 that begins with the time", async () => {
    const beforeMs = Date.now();
    const id = await ask({});
    expect(id).toMatch(uuidv7);
    const unixMs = Number.parseInt(id.replace("-", "").slice(0, 12), 16);
    expect(unixMs).toBeGreaterThanOrEqual(beforeMs);
    expect(unixMs).toBeLessThanOrEqual(Date.now());
  });

  it("is the caller's own", async () => {
    expect(await ask({ "x-request-id": "order-17/2" })).toBe("order-17/2");
    expect(await ask({ "x-request-id": "a".repeat(128) })).toHaveLength(128);
  });

  it.each(["", "a b", "a".repeat(129), "é"])("does not take %j", async (given) => {
    expect(await ask({ "x-request-id": given })).toMatch(uuidv7);
  });
});
