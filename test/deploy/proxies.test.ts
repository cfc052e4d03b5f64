import { once } from "node:events";
import https from "node:https";
import { Code, createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { Health, HealthCheckResponse_ServingStatus } from "../../gen/health/v1/health_pb.ts";
import { OrganizationService } from "../../gen/tallystick/v1/organization_pb.ts";
import { authority } from "../support/certificates.ts";
import { failureOf } from "../support/failure.ts";
import { type FrontProxy, frontProxies, isAtHand, startFrontProxy } from "../support/front-proxy.ts";
import { restClient } from "../support/rest.ts";
import { basic, startService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";

/** Whom a proxy on the loopback interface has callers from, who are not it. */
const callersAddress = "127.0.0.2";
const trusted = [{ address: "127.0.0.1", bits: 32 }];

function transports(baseUrl: string): readonly Transport[] {
  const nodeOptions = { ca: authority };
  return [
    createGrpcTransport({ baseUrl, nodeOptions }),
    createGrpcWebTransport({ baseUrl, nodeOptions, httpVersion: "1.1" }),
    createGrpcWebTransport({ baseUrl, nodeOptions, httpVersion: "2" }),
    createConnectTransport({ baseUrl, nodeOptions, httpVersion: "1.1" }),
    createConnectTransport({ baseUrl, nodeOptions, httpVersion: "2" }),
  ];
}

/** Every protocol gets its answers, and its errors with their details. */
async function speaksAll(url: string, service: TestService): Promise<void> {
  const headers = { authorization: basic(service.platform) };
  for (const transport of transports(url)) {
    const client = createClient(OrganizationService, transport);
    await client.listOrganizations({}, { headers });
    const failure = await failureOf(client.getOrganization({ organization: "nobody" }, { headers }));
    expect(failure).toMatchObject({ code: Code.NotFound, reason: "NOT_FOUND" });
  }
  const rest = restClient(url, service.platform);
  expect((await rest.get("/tallystick/v1/organizations")).status).toBe(200);
  expect((await rest.get("/tallystick/v1/organizations/nobody")).status).toBe(404);
}

/** A caller who claims to be another is the one whose connection it is. */
async function tellsWhoCalls(url: string, service: TestService): Promise<void> {
  const request = https.get(`${url}/tallystick/v1/organizations`, {
    ca: authority,
    localAddress: callersAddress,
    family: 4,
    headers: { authorization: "Basic eDp5", "x-forwarded-for": "192.0.2.7" },
  });
  const [answer] = await once(request, "response");
  expect(answer.resume().statusCode).toBe(401);
  const line = await until(async () => service.logged.find((each) => each.includes("did not prove")));
  expect(line).toContain(callersAddress);
  expect(line).not.toContain("192.0.2.7");
}

async function standsBefore(proxy: FrontProxy): Promise<void> {
  const service = await startService({ proxies: { trusted, header: "x-forwarded-for" } });
  const front = await startFrontProxy(proxy, service.url);
  try {
    await speaksAll(front.url, service);
    await tellsWhoCalls(front.url, service);
    const metrics = https.get(`${front.url}/metrics`, { ca: authority });
    expect((await once(metrics, "response"))[0].resume().statusCode).toBe(404);

    const [grpc = transports(front.url)[0]] = transports(front.url);
    const health = createClient(Health, grpc as Transport);
    const seen = health.watch({})[Symbol.asyncIterator]();
    expect((await seen.next()).value).toMatchObject({ status: HealthCheckResponse_ServingStatus.SERVING });
    const ended = until(async () => (await seen.next()).done).catch((error) => error);
    await service.stop();
    expect(await ended).toMatchObject({ code: Code.Unavailable });
    await expect(health.check({})).rejects.toMatchObject({ code: Code.Unavailable });
  } finally {
    await front.stop();
    await service.stop().catch(() => undefined);
  }
}

describe.each(frontProxies)("$program before the service, as deploy/proxies/$file says", (proxy) => {
  if (isAtHand(proxy))
    it("passes every protocol, its errors and streams on, and who calls", () => standsBefore(proxy));
  else it(`did not run: there is no ${proxy.program}`, () => expect(isAtHand(proxy)).toBe(false));
});
