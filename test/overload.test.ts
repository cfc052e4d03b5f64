import { create, toBinary, toJsonString } from "@bufbuild/protobuf";
import { Code, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { CreateTransferRequestSchema, LedgerService, TransferKind } from "../gen/tallystick/v1/ledger_pb.ts";
import { type Protocol, protocols } from "./bad-input/protocols.ts";
import { failureIn, retryDelayMsOf } from "./support/failure.ts";
import { untilReady } from "./support/ready.ts";
import { basic, connectClients, startService, type Tenant, type TestService } from "./support/service.ts";
import { withSql } from "./support/sql.ts";
import { until } from "./support/until.ts";

const callsMax = 4;
let service: TestService;
beforeAll(async () => {
  service = await startService({
    callers: { callsMax, rate: undefined },
    queue: { commandsMax: 40, bytesMax: 2 ** 25, waitMsMax: 60_000 },
  });
});
afterAll(() => service.stop());

type Caller = Tenant["writer"];

const chargeOf = ({ orgId, billingId }: Tenant) => ({
  ...{ organization: orgId, customer: billingId, amount: "1", currency: "VC", kind: TransferKind.CHARGE },
});

/** Charges by a protocol. */
function send(protocol: Protocol, url: string, { tenant, caller }: { tenant: Tenant; caller: Caller }) {
  const message = create(CreateTransferRequestSchema, chargeOf(tenant));
  const body =
    protocol.encoding === "json"
      ? Buffer.from(toJsonString(CreateTransferRequestSchema, message))
      : toBinary(CreateTransferRequestSchema, message);
  const header = { authorization: basic(caller) };
  return protocol.send({ url, method: LedgerService.method.createTransfer, body, header });
}

function sendRest(url: string, { tenant, caller }: { tenant: Tenant; caller: Caller }): Promise<Response> {
  const { organization, ...charge } = chargeOf(tenant);
  return fetch(`${url}/tallystick/v1/organizations/${organization}/transfers`, {
    method: "POST",
    headers: { authorization: basic(caller), "content-type": "application/json" },
    body: JSON.stringify({ ...charge, kind: "TRANSFER_KIND_CHARGE" }),
  });
}

const clientsOf = (caller: Caller, url = service.url) => connectClients(url, caller);

/** Runs while accounts of organizations are locked, so that whatever charges them is under way until the end. */
async function whileLocked(tenants: readonly Tenant[], run: () => Promise<void>): Promise<void> {
  const orgIds = tenants.map(({ orgId }) => orgId);
  await withSql(service.databaseUrl, (sql) =>
    sql.begin(async (transaction) => {
      await transaction`select from accounts where org_id = any(${orgIds}) for update`;
      await run();
    }),
  );
}

/** Begins as many charges as may be under way, and one more, which is refused. */
async function begin(tenant: Tenant, options: { signal?: AbortSignal } = {}): Promise<unknown[]> {
  const { ledger } = clientsOf(tenant.writer);
  const calls = Array.from({ length: callsMax + 1 }, () => ledger.createTransfer(chargeOf(tenant), options));
  const { reason } = failureIn(await Promise.race(calls).catch((error: unknown) => error));
  expect(reason).toBe("TOO_MANY_CALLS_AT_ONCE");
  return calls;
}

describe("a credential that has as many calls under way as it may", () => {
  it("is refused at once, over every protocol, while it reads and others go on; what is under way is answered", async () => {
    const [busy, other] = [await service.tenant({ credits: 100 }), await service.tenant({ credits: 100 })];
    const refused = { tenant: busy, caller: busy.writer };
    const { ledger } = clientsOf(busy.writer);
    let underWay: unknown[] = [];
    await whileLocked([busy], async () => {
      underWay = await begin(busy);
      const response = await sendRest(service.url, refused);
      expect([response.status, response.headers.get("retry-after")]).toEqual([429, "1"]);
      expect(await response.json()).toMatchObject({
        code: Code.ResourceExhausted,
        details: [{ reason: "TOO_MANY_CALLS_AT_ONCE", domain: "tallystick" }, { retryDelay: "1s" }],
      });
      for (const [name, protocol] of Object.entries(protocols)) {
        const { code, reason } = await send(protocol, service.url, refused);
        expect([name, code, reason]).toEqual([name, Code.ResourceExhausted, "TOO_MANY_CALLS_AT_ONCE"]);
      }
      expect(await retryDelayMsOf(ledger.createTransfer(chargeOf(busy)))).toBe(1_000);

      const name = { organization: busy.orgId, customer: busy.billingId };
      const read = await ledger.getBalance({ ...name, currency: "VC" });
      expect(read.posted).toBe("100");
      await untilReady(service.url);
      for (const caller of [other.writer, service.platform])
        await clientsOf(caller).ledger.createTransfer(chargeOf(other));
    });
    const ends = await Promise.allSettled(underWay);
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(callsMax);
    await Promise.all(Array.from({ length: callsMax }, () => ledger.createTransfer(chargeOf(busy))));
  });

  it("may have as many again when callers have left", async () => {
    const busy = await service.tenant({ credits: 100 });
    const { ledger } = clientsOf(busy.writer);
    await whileLocked([busy], async () => {
      const leaving = new AbortController();
      const gone = await begin(busy, leaving);
      leaving.abort();
      await Promise.allSettled(gone);
    });
    await until(async () => (await sendRest(service.url, { tenant: busy, caller: busy.writer })).ok);
    await Promise.all(Array.from({ length: callsMax }, () => ledger.createTransfer(chargeOf(busy))));
  });
});

describe("a credential that calls more often than it may", () => {
  it("is told over every protocol when it may call again", async () => {
    const rate = { perSecond: 0.01, burst: 2 };
    const { url } = await service.another({ callers: { callsMax, rate } });
    const [tenant, other] = [await service.tenant({ credits: 100 }), await service.tenant({ credits: 100 })];
    const often = { tenant, caller: tenant.writer };
    for (let n = 0; n < rate.burst; n += 1) expect((await sendRest(url, often)).status).toBe(200);

    const response = await sendRest(url, often);
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({ details: [{ reason: "TOO_MANY_CALLS_A_SECOND" }, {}] });
    const seconds = Number(response.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(10);
    expect(seconds).toBeLessThanOrEqual(100);
    const delayMs = await retryDelayMsOf(
      clientsOf(tenant.writer, url).ledger.createTransfer(chargeOf(tenant)),
    );
    expect(Math.ceil((delayMs ?? 0) / 1_000)).toBeLessThanOrEqual(seconds);
    for (const [name, protocol] of Object.entries(protocols)) {
      const { code, reason } = await send(protocol, url, often);
      expect([name, code, reason]).toEqual([name, Code.ResourceExhausted, "TOO_MANY_CALLS_A_SECOND"]);
    }
    expect((await sendRest(url, { tenant, caller: tenant.admin })).status).toBe(200);
    expect((await sendRest(url, { tenant: other, caller: other.writer })).status).toBe(200);
    await untilReady(url);
  });
});

describe("organizations that flood the service", () => {
  it("leave room for one that does not: none of its calls is refused", async () => {
    const queue = { commandsMax: 40, bytesMax: 2 ** 25, waitMsMax: 60_000 };
    const { url } = await service.another({ queue });
    const floods = await Promise.all([1, 2, 3].map(() => service.tenant({ credits: 1_000 })));
    const light = await service.tenant({ credits: 1_000 });
    // On one connection, and nothing is looked up of them any more, so that they come in turns: where one came before the others it
    // would have more, and less would be left.
    const flooded = createClient(LedgerService, createConnectTransport({ baseUrl: url, httpVersion: "2" }));
    const charge = (tenant: Tenant) =>
      flooded.createTransfer(chargeOf(tenant), { headers: { authorization: basic(tenant.writer) } });
    await Promise.all(floods.map(charge));
    let flooding: Promise<PromiseSettledResult<unknown>[]> | undefined;
    await whileLocked(floods, async () => {
      const calls = Array.from({ length: queue.commandsMax }, () => floods.map(charge)).flat();
      flooding = Promise.allSettled(calls);
      const { reason } = failureIn(await Promise.race(calls).catch((error: unknown) => error));
      expect(reason).toBe("OVERLOADED");
      const { ledger } = clientsOf(light.writer, url);
      for (let n = 0; n < 10; n += 1)
        await Promise.all(Array.from({ length: 3 }, () => ledger.createTransfer(chargeOf(light))));
    });
    const ends = (await flooding) ?? [];
    const refused = ends.flatMap((end) => (end.status === "rejected" ? failureIn(end.reason).reason : []));
    expect(new Set(refused)).toEqual(new Set(["OVERLOADED"]));
    expect(refused.length).toBeLessThan(ends.length);
  });
});
