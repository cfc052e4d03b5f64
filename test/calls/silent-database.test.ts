import { Code, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";
import { type CommitProxy, startCommitProxy } from "../support/commit-proxy.ts";
import { basic, startService, type Tenant, type TestService } from "../support/service.ts";

const timeoutMs = 500;

let proxy: CommitProxy;
let service: TestService;
let tenant: Tenant;

/** Each starts with nothing known of its callers, so that the look-up of the credential is the first to hang. */
async function silentService(options: { thinGrpc: boolean }): Promise<void> {
  service = await startService({
    ...options,
    reach: async (databaseUrl) => {
      proxy = await startCommitProxy(databaseUrl);
      return proxy.url;
    },
  });
  tenant = await service.tenant({ credits: 100 });
  proxy.silence();
}
afterEach(async () => {
  await proxy.close();
  await service.stop();
});

const ways = {
  "gRPC's thin path": { thinGrpc: true, transport: createGrpcTransport },
  "gRPC through connect-node": { thinGrpc: false, transport: createGrpcTransport },
  Connect: { thinGrpc: true, transport: createConnectTransport },
};

it.each(Object.entries(ways))(
  "a call over %s ends with its deadline while the database is silent",
  async (_, way) => {
    await silentService(way);
    const transport = way.transport({ baseUrl: service.url, httpVersion: "2" });
    const ledger = createClient(LedgerService, transport);
    const headers = { authorization: basic(tenant.reader) };
    const asked = { organization: tenant.orgId, customer: tenant.billingId, currency: "VC" };
    const ends = await Promise.allSettled([
      ledger.getBalance(asked, { headers, timeoutMs }),
      ledger.listHolds({ organization: tenant.orgId }, { headers, timeoutMs }),
    ]);
    const late = { status: "rejected", reason: { code: Code.DeadlineExceeded } };
    expect(ends).toMatchObject([late, late]);
  },
);

it("a call over REST ends with its deadline while the database is silent, before its body is read too", async () => {
  await silentService({ thinGrpc: true });
  const path = `/tallystick/v1/organizations/${tenant.orgId}/transfers`;
  const headers = { authorization: basic(tenant.reader), "x-server-timeout": "0.5" };
  const answers = await Promise.all([
    fetch(`${service.url}${path}`, { headers }),
    fetch(`${service.url}${path}`, { method: "POST", headers, body: "{}" }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([504, 504]);
});
