import { readFileSync } from "node:fs";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import fc from "fast-check";
import { LedgerService, TransferKind } from "../gen/tallystick/v1/ledger_pb.ts";
import { basic, startService, type Tenant, type TestService } from "./support/service.ts";
import { until } from "./support/until.ts";
import { seedOf } from "./workload/random.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService({ loggedCalls: { reads: 1, writes: 1 } });
  tenant = await service.tenant({ credits: 100 });
});
afterAll(() => service.stop());

const traceId = "0af7651916cd43dd8448eb211c80319c";
const requestHeaders = (requestId: string) => ({
  ...{ authorization: basic(tenant.admin), "x-request-id": requestId },
  traceparent: `00-${traceId}-b7ad6b7169203331-00`,
});

/** The records of a request once it has ended. */
async function recordsOf(requestId: string): Promise<Record<string, unknown>[]> {
  const found = () => service.logged.filter((line) => line.includes(`"${requestId}"`));
  await until(async () => found().some((line) => line.includes('"msg":"call"')));
  return found().map((line) => JSON.parse(line));
}

const charge = (amount: string, customer: string = tenant.billingId) => ({
  ...{ organization: tenant.orgId, customer, amount, currency: "VC", kind: TransferKind.CHARGE },
});
const ways: readonly (readonly [string, () => Parameters<typeof createClient>[1]])[] = [
  ["grpc", () => createGrpcTransport({ baseUrl: service.url })],
  ["connect", () => createConnectTransport({ baseUrl: service.url, httpVersion: "1.1" })],
];

/** The record that the docs show. */
function shown(): object {
  const [, text = ""] = /```jsonc\n([^`]*)```/.exec(readFileSync("docs/operating/monitor.md", "utf8")) ?? [];
  return JSON.parse(text);
}

describe.each(ways)("a call over %s has a record", (protocol, open) => {
  const record = (requestId: string) => ({
    ...{ level: 30, msg: "call", method: "tallystick.v1.LedgerService/CreateTransfer", protocol, requestId },
    ...{ orgId: tenant.orgId, actor: tenant.admin.clientId, address: "127.0.0.1", traceId },
  });

  it("when it went well, and when the balance did not suffice", async () => {
    const client = createClient(LedgerService, open());
    const [well, refused] = [`${protocol}-well`, `${protocol}-refused`];
    await client.createTransfer(charge("1"), { headers: requestHeaders(well) });
    await client.createTransfer(charge("5000"), { headers: requestHeaders(refused) }).catch(() => undefined);
    expect(await recordsOf(well)).toMatchObject([{ ...record(well), code: "OK" }]);
    const records = await recordsOf(refused);
    expect(records).toMatchObject([
      { ...record(refused), code: "FAILED_PRECONDITION", reason: "INSUFFICIENT_FUNDS" },
    ]);
    // The page shows one of several workers.
    expect(["worker", ...Object.keys(records[0] ?? {})].sort()).toEqual(Object.keys(shown()).sort());
  });
});

it("says in which organization the platform acts", async () => {
  const headers = { authorization: basic(service.platform), "x-request-id": "of-the-platform" };
  await fetch(`${service.url}/tallystick/v1/organizations/${tenant.orgId}/customers`, { headers });
  expect(await recordsOf("of-the-platform")).toMatchObject([
    { protocol: "rest", code: "OK", orgId: tenant.orgId, actor: service.platform.clientId },
  ]);
});

it("has nothing of what is in requests and answers, whatever goes wrong", async () => {
  const secrets: string[] = [];
  const known: string[] = [];
  const email = fc.stringMatching(/^[a-z]{8,12}$/).map((name) => `${name}@example.com`);
  const amount = fc.stringMatching(/^[1-9]\d{7}\.\d{3}$/);
  const path = fc.constantFrom(
    ...["transfers", "customers/{email}", "customers/{email}:x", "nowhere/{email}", "customers/{email}/%ff"],
  );
  const kind = fc.constantFrom("TRANSFER_KIND_CHARGE", "TRANSFER_KIND_CREDIT", "{email}", "{amount}");
  const secret = fc.stringMatching(/^[a-zA-Z0-9]{24}$/);
  const shape = fc.constantFrom("json", "cut off", "no JSON", "wrong types");
  const request = fc.record({ email, amount, path, kind, secret, shape, isKnown: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(request, async ({ email, amount, path, kind, secret, shape, isKnown }) => {
      const requestId = `request-${secrets.length}`;
      secrets.push(email, amount, secret);
      // Of others it is not known who asks, so that not all of them have a record.
      if (isKnown && path === "transfers") known.push(requestId);
      const filled = (text: string) => text.replace("{email}", email).replace("{amount}", amount);
      const text = JSON.stringify({
        ...{ customer: email, currency: "VC", key: email },
        kind: filled(kind),
        amount,
      });
      const bodies: Record<typeof shape, string> = {
        json: text,
        "cut off": text.slice(0, -3),
        "no JSON": `${email} ${amount} ${secret}`,
        "wrong types": JSON.stringify({ amount: { [email]: amount }, [secret]: [amount] }),
      };
      const caller = isKnown ? tenant.admin : { clientId: secret, clientSecret: secret };
      await fetch(`${service.url}/tallystick/v1/organizations/${tenant.orgId}/${filled(path)}`, {
        ...{ method: "POST", body: bodies[shape] },
        headers: {
          ...requestHeaders(requestId),
          authorization: basic(caller),
          "content-type": "application/json",
        },
      });
    }),
    { numRuns: 20, seed: seedOf("call log") },
  );
  const hasRecord = (requestId: string) => service.logged.some((line) => line.includes(`"${requestId}"`));
  await until(async () => known.every(hasRecord));
  const all = service.logged.join("");
  expect(secrets.filter((each) => all.includes(each))).toEqual([]);
});
