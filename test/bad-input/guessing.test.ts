import { randomUUID } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { Role } from "../../gen/tallystick/v1/credential_pb.ts";
import { basic, connectClients, startService, type TestService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { type Protocol, protocols } from "./protocols.ts";
import { restOutcome } from "./rest.ts";

const { getBillingBalance } = FrontierService.method;

let service: TestService;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.stop());

/** Over each protocol: of all of them together more than may fail of one id. */
const guessesOfEach = 4;

/** Ways to guess: at an id that there is, at ids that there are not, without an id, and in the form of secrets made here. */
const guessers: Readonly<Record<string, (knownId: string) => string>> = {
  "a known id": (clientId) => basic({ clientId, clientSecret: randomUUID() }),
  "one unknown id": () => basic({ clientId: "nobody", clientSecret: randomUUID() }),
  "unknown ids": () => basic({ clientId: randomUUID(), clientSecret: randomUUID() }),
  "no id": () => `Bearer ${randomUUID()}`,
  "long secrets": (clientId) => basic({ clientId, clientSecret: randomUUID().padEnd(43, "x") }),
};

function send({ encoding, send }: Protocol, authorization: string) {
  const body = encoding === "json" ? Buffer.from("{}") : new Uint8Array();
  return send({ url: service.url, method: getBillingBalance, body, header: { authorization } });
}

it("is refused over every protocol, and holds up nobody who has a credential", async () => {
  const tenant = await service.tenant({ credits: 5 });
  const { frontier } = connectClients(service.url, tenant.reader);
  const probe = async () => (await frontier.getBillingBalance({ orgId: tenant.orgId })).balance?.amount;
  expect(await probe()).toBe(5n);

  const outcomes = new Set<string>();
  let probes = 0;
  let isGuessing = true;
  const probing = (async () => {
    while (isGuessing) {
      expect(await probe()).toBe(5n);
      probes += 1;
    }
  })();
  for (const guess of Object.values(guessers)) {
    const guesses = Object.values(protocols).flatMap((protocol) =>
      Array.from({ length: guessesOfEach }, () => send(protocol, guess(tenant.reader.clientId))),
    );
    for (const { code, reason } of await Promise.all(guesses)) outcomes.add(`${code} ${reason}`);
  }
  isGuessing = false;
  await probing;
  expect(probes).toBeGreaterThan(0);
  expect(outcomes).toEqual(
    new Set([`${Code.Unauthenticated} UNAUTHENTICATED`, `${Code.ResourceExhausted} TOO_MANY_FAILURES`]),
  );
});

it("ends, over REST too, in 429 with the time to wait, whether or not the id exists", async () => {
  const tenant = await service.tenant();
  const path = `${service.url}/v1beta1/organizations/${tenant.orgId}/billing/${tenant.billingId}/balance`;
  // No time passes after which one more may fail.
  const clock = jest.spyOn(performance, "now").mockReturnValue(Math.round(performance.now()));
  for (const clientId of [tenant.reader.clientId, "nobody"]) {
    const statuses: number[] = [];
    for (let guess = 0; guess < 15; guess += 1) {
      const authorization = basic({ clientId, clientSecret: `guess-${guess}` });
      const response = await fetch(path, { headers: { authorization } });
      statuses.push(response.status);
      if (response.status !== 429) {
        await response.arrayBuffer();
        continue;
      }
      const retryAfter = Number(response.headers.get("retry-after"));
      expect(retryAfter).toBeGreaterThan(0);
      expect(retryAfter).toBeLessThanOrEqual(10);
      const text = await response.clone().text();
      expect(text).toMatch(/google\.rpc\.RetryInfo","retry_?[dD]elay":"[\d.]+s"/);
      expect(await restOutcome(response)).toMatchObject({
        code: Code.ResourceExhausted,
        reason: "TOO_MANY_FAILURES",
      });
    }
    expect(statuses).toEqual([...Array(10).fill(401), ...Array(5).fill(429)]);
  }
  clock.mockRestore();
});

it("keeps nobody out who has a secret that was made here, not even for the first time", async () => {
  const tenant = await service.tenant();
  const gRpc = protocols["gRPC"] as Protocol;
  for (let guess = 0; guess < 150; guess += 1)
    await send(gRpc, basic({ clientId: tenant.writer.clientId, clientSecret: `guess-${guess}` }));
  expect(
    await send(gRpc, basic({ clientId: tenant.writer.clientId, clientSecret: "one more" })),
  ).toMatchObject({
    reason: "TOO_MANY_FAILURES",
  });
  for (const as of [tenant.writer, service.platform]) {
    const { organizations } = connectClients(service.url, as);
    const { organization } = await organizations.getOrganization({ organization: tenant.orgId });
    expect(organization?.id).toBe(tenant.orgId);
  }
  const { credentials } = connectClients(service.url, service.platform);
  const made = await credentials.createCredential({ organization: tenant.orgId, role: Role.READER });
  const fresh = { clientId: made.credential?.clientId ?? "", clientSecret: made.clientSecret };
  expect((await send(gRpc, basic(fresh))).reason).not.toBe("TOO_MANY_FAILURES");
  expect((await send(gRpc, `Bearer ${tenant.admin.clientSecret}`)).reason).not.toBe("TOO_MANY_FAILURES");
});

it("writes lines with counts and addresses, and no secret", async () => {
  const secrets = Array.from({ length: 40 }, () => randomUUID());
  const rest = protocols["Connect JSON"] as Protocol;
  for (const clientSecret of secrets) await send(rest, basic({ clientId: "nobody", clientSecret }));
  const lines = () =>
    service.logged
      .map(
        (line) => JSON.parse(line) as { msg: string; failed?: number; refused?: number; addresses: string[] },
      )
      .filter(({ msg }) => msg === "callers did not prove who they are");
  const counted = () => lines().reduce((sum, { failed = 0, refused = 0 }) => sum + failed + refused, 0);
  await until(async () => counted() === secrets.length);
  expect(lines().length).toBeLessThan(secrets.length / 2);
  expect(new Set(lines().flatMap(({ addresses }) => addresses))).toEqual(new Set(["127.0.0.1"]));
  expect(secrets.filter((secret) => service.logged.some((line) => line.includes(secret)))).toEqual([]);
});
