import { randomUUID } from "node:crypto";
import http2 from "node:http2";
import { create, toBinary, toJsonString } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { basic } from "../support/service.ts";
import { protocols } from "./protocols.ts";
import { sendRest } from "./rest.ts";
import { startWorld, type World } from "./world.ts";

const { getBillingBalance } = FrontierService.method;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.expectUnharmed());
afterAll(() => world.stop());

const base64 = (text: string | Buffer) => Buffer.from(text).toString("base64");
const usage = () =>
  JSON.stringify({ org_id: world.tenant.orgId, usages: [{ id: randomUUID(), source: "test", amount: 1 }] });

describe.each([
  ["nothing", undefined],
  ["an empty value", ""],
  ["a scheme alone", "Basic"],
  ["an unknown scheme", "Digest username=platform"],
  ["no base64", "Basic !!!!"],
  ["no colon", `Basic ${base64("platform")}`],
  ["no client id", `Basic ${base64(":secret")}`],
  ["no secret", `Basic ${base64("platform:")}`],
  ["a wrong secret", `Basic ${base64("platform:wrong")}`],
  ["NUL in a client id", `Basic ${base64("plat\0form:secret")}`],
  ["garbage", `Basic ${base64(Buffer.from([0xff, 0xfe, 0x3a, 0x80, 0xc0]))}`],
  ["SQL", `Basic ${base64("' or 1=1 --:x")}`],
  ["letters beyond ASCII", `Basic ${base64("plätförm:sécret")}`],
  ["a scheme beyond ASCII", "Bäsic cGxhdGZvcm06"],
  ["two values", "Basic cGxhdGZvcm06 cGxhdGZvcm06"],
  ["an empty token", "Bearer "],
  ["a wrong token", "Bearer wrong"],
  ["a token of 10 kB", `Bearer ${"x".repeat(10_000)}`],
])("%s as Authorization", (_, authorization) => {
  const header: Record<string, string> = authorization === undefined ? {} : { authorization };

  it("is refused over every RPC protocol", async () => {
    for (const [protocol, { encoding, send }] of Object.entries(protocols)) {
      // grpc-js does not even send what is beyond ASCII.
      if (protocol === "gRPC by grpc-js" && authorization?.includes("ä")) continue;
      const body = encoding === "json" ? Buffer.from("{}") : new Uint8Array();
      const outcome = await send({ url: world.url, method: getBillingBalance, body, header });
      const refused = { protocol, code: Code.Unauthenticated, reason: "UNAUTHENTICATED" };
      expect({ protocol, ...outcome }).toMatchObject(refused);
    }
  });

  it("is refused over REST", async () => {
    const outcome = await sendRest(`${world.url}${world.accountPath}/usages`, {
      headers: header,
      body: usage(),
    });
    expect(outcome).toMatchObject({ status: 401, code: Code.Unauthenticated, reason: "UNAUTHENTICATED" });
    expect(outcome.headers.get("www-authenticate")).toMatch(/Basic/);
  });
});

describe.each(["0", "-1", "abc", "1.5", "99999999999999999999", "0m", "-5S", "1x"])(
  "a deadline of %j",
  (value) => {
    it("ends the call over every RPC protocol", async () => {
      const header = { ...world.header, "grpc-timeout": value, "connect-timeout-ms": value };
      for (const { encoding, send } of Object.values(protocols)) {
        const body = encoding === "json" ? Buffer.from("{}") : new Uint8Array();
        const { code } = await send({ url: world.url, method: getBillingBalance, body, header });
        expect([Code.InvalidArgument, Code.DeadlineExceeded]).toContain(code);
      }
    });

    it.each(["grpc-timeout", "connect-timeout-ms"])("ends the call over REST in %s", async (name) => {
      const response = await fetch(`${world.url}${world.accountPath}/balance`, {
        headers: { ...world.header, [name]: value },
      });
      expect([400, 504]).toContain(response.status);
    });
  },
);

describe("a deadline that is longer than calls may take", () => {
  /** The connection has a timer too: it lives for up to a tenth longer than the hour that a call may take. */
  const connectionMsMax = 1.1 * 3_600_000;
  const longest = { "grpc-timeout": "99999999H", "connect-timeout-ms": "9999999999" };

  it.each(Object.entries(protocols))("is cut over %s, and sets no timer for it", async (name, protocol) => {
    const timers = jest.spyOn(globalThis, "setTimeout");
    const timeout = name.startsWith("Connect") ? "connect-timeout-ms" : "grpc-timeout";
    const header = { ...world.header, [timeout]: longest[timeout] };
    const request = create(getBillingBalance.input, { orgId: world.tenant.orgId });
    const body =
      protocol.encoding === "json"
        ? Buffer.from(toJsonString(getBillingBalance.input, request))
        : toBinary(getBillingBalance.input, request);
    const { code } = await protocol.send({ url: world.url, method: getBillingBalance, body, header });
    const delays = timers.mock.calls.map(([, delayMs = 0]) => delayMs);
    timers.mockRestore();
    expect(code).toBeUndefined();
    expect(Math.max(0, ...delays)).toBeLessThanOrEqual(connectionMsMax);
  });

  it.each(Object.entries(longest))("is cut over REST in %s", async (name, value) => {
    const headers = { ...world.header, [name]: value };
    expect((await fetch(`${world.url}${world.accountPath}/balance`, { headers })).status).toBe(200);
  });
});

describe("a header bomb", () => {
  it("of one huge header is refused over HTTP/1.1", async () => {
    const headers = { ...world.header, "x-bomb": "x".repeat(100_000) };
    expect(await sendRest(`${world.url}/v1beta1`, { headers })).toMatchObject({
      status: 431,
      reason: "HEADER_TOO_LARGE",
    });
  });

  it("of many headers is refused over HTTP/1.1", async () => {
    const bombs = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`x-${index}`, "x"]));
    expect(await sendRest(`${world.url}/v1beta1`, { headers: bombs })).toMatchObject({ status: 431 });
  });

  it.each([
    ["one huge header", { "x-bomb": "x".repeat(60_000) }],
    ["many headers", Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`x-${index}`, "x"]))],
  ])("of %s is refused over HTTP/2", async (_, bombs) => {
    const session = http2.connect(world.url);
    session.on("error", () => undefined);
    const outcome = await new Promise<number | string>((resolve) => {
      const stream = session.request({ ":path": "/healthz", ...bombs });
      stream.on("response", ({ ":status": status }) => resolve(status ?? 0));
      stream.on("error", () => resolve("reset")).on("close", () => resolve("reset"));
    });
    session.destroy();
    expect([431, "reset"]).toContain(outcome);
  });
});

it("takes a credential in spite of letters beyond ASCII in other headers", async () => {
  const headers = {
    authorization: basic(world.tenant.reader),
    "x-request-id": "ä\u00ff",
    "user-agent": "\u00e9",
  };
  expect((await fetch(`${world.url}${world.accountPath}/balance`, { headers })).status).toBe(200);
});
