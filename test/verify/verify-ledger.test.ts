import { Code } from "@connectrpc/connect";
import { Role } from "../../gen/tallystick/v1/credential_pb.ts";
import { failureOf } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { plant } from "./books.ts";
import { historyAccounts, historyEntries, makeHistory } from "./history.ts";

let service: TestService;
let sound: Tenant;
let damaged: Tenant;
beforeAll(async () => {
  service = await startService();
  [sound, damaged] = [await service.tenant({ credits: 7 }), await service.tenant()];
  await makeHistory(service.databaseUrl, { orgId: damaged.orgId, customerId: damaged.billingId });
});
afterAll(() => service.stop());

describe("VerifyLedger", () => {
  it("answers what it looked at where all is well", async () => {
    const { ledger } = connectClients(service.url, service.platform);
    expect(await ledger.verifyLedger({})).toMatchObject({
      violations: [],
      violationCount: 0n,
      accounts: BigInt(2 + historyAccounts),
      entries: BigInt(2 + historyEntries),
    });
  });

  it("answers each violation, of all organizations or of one, over REST too", async () => {
    await plant(service.databaseUrl, {
      damage: "an account holds more than its holds",
      orgId: damaged.orgId,
    });
    const { ledger } = connectClients(service.url, service.platform);
    const { violations, violationCount } = await ledger.verifyLedger({});
    expect(violationCount).toBe(1n);
    expect(violations).toEqual([
      expect.objectContaining({
        invariant: "ACCOUNT_HELD",
        organizationId: damaged.orgId,
        accountId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        description: "the account has 16 held; its active holds come to 15",
      }),
    ]);
    const { violationCount: none } = await ledger.verifyLedger({ organization: sound.orgName });
    expect(none).toBe(0n);
    const rest = restClient(service.url, service.platform);
    expect(await rest.get(`/tallystick/v1/ledger:verify?organization=${damaged.orgId}`)).toMatchObject({
      status: 200,
      body: {
        violations: [{ invariant: "ACCOUNT_HELD" }],
        violationCount: "1",
        entries: `${historyEntries}`,
      },
    });
  });

  it("does not find what is no organization", async () => {
    const { ledger } = connectClients(service.url, service.platform);
    const failure = await failureOf(ledger.verifyLedger({ organization: "atlantis" }));
    expect(failure).toMatchObject({ code: Code.NotFound, metadata: { resource: "organization" } });
  });

  it("is for the platform's admins", async () => {
    const { credentials } = connectClients(service.url, service.platform);
    const { credential, clientSecret } = await credentials.createCredential({ role: Role.WRITER });
    const platformWriter = { clientId: credential?.clientId ?? "", clientSecret };
    for (const caller of [sound.admin, platformWriter]) {
      const { ledger } = connectClients(service.url, caller);
      for (const organization of ["", sound.orgId]) {
        const failure = await failureOf(ledger.verifyLedger({ organization }));
        expect(failure.code).toBe(Code.PermissionDenied);
      }
    }
  });
});
