import { Role } from "../../gen/tallystick/v1/credential_pb.ts";
import { grantServing } from "../../src/store/rights/grant.ts";
import { untilReady } from "../support/ready.ts";
import { connectClients, startService, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { makeHistory } from "../verify/history.ts";

let role: string;
let roleUrl: string;
let service: TestService;
beforeAll(async () => {
  service = await startService({
    reach: async (databaseUrl) => {
      const url = new URL(databaseUrl);
      role = `serving_${url.pathname.slice(1)}`;
      await withSql(databaseUrl, (sql) => sql.unsafe(`create role ${role} login`));
      await grantServing(databaseUrl, role);
      url.username = role;
      roleUrl = url.href;
      return roleUrl;
    },
  });
});
afterAll(async () => {
  await withSql(service.databaseUrl, (sql) => sql.unsafe(`drop owned by ${role}`));
  await withSql(service.databaseUrl, (sql) => sql.unsafe(`drop role ${role}`));
  await service.stop();
});

it("a role that is not the owner serves with the rights that the docs give it", async () => {
  const { organizations, customers, currencies, credentials, ledger } = connectClients(
    service.url,
    service.platform,
  );
  await untilReady(service.url);
  const tenant = await service.tenant();
  const organization = tenant.orgId;
  await organizations.updateOrganization({ organization, displayName: "another" });
  await currencies.createCurrency({ organization, code: "GOLD", virtual: true });
  await currencies.deleteCurrency({ organization, code: "GOLD" });
  await makeHistory(roleUrl, { orgId: organization, customerId: tenant.billingId });
  const { customer: made } = await customers.createCustomer({ organization, email: "ann@example.com" });
  const customer = made?.id ?? "";
  await customers.updateCustomer({ organization, customer, name: "Ann" });
  await customers.deleteCustomer({ organization, customer });
  const { credential } = await credentials.createCredential({ organization, role: Role.READER });
  await credentials.revokeCredential({ organization, clientId: credential?.clientId ?? "" });
  expect((await ledger.listTransfers({ organization })).transfers.length).toBeGreaterThan(5);
  expect(await ledger.verifyLedger({})).toMatchObject({ violationCount: 0n });
});

it.each(["update operations set source = ''", "delete from operations", "truncate operations"])(
  "and may not %s",
  async (change) => {
    const refused = withSql(roleUrl, (sql) => sql.unsafe(change));
    await expect(refused).rejects.toMatchObject({ code: "42501" });
  },
);
