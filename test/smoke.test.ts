import { basic, connectClients, startService, type TestService } from "./support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

it("answers the seed page's request", async () => {
  const tenant = await service.tenant({ credits: 100 });
  const url = `${service.url}/v1beta1/organizations/${tenant.orgId}/billing/${tenant.billingId}/balance`;
  const response = await fetch(url, { headers: { authorization: basic(tenant.reader) } });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    balance: { amount: "100", currency: "VC", updated_at: expect.stringMatching(/Z$/) },
  });
  const { frontier } = connectClients(service.url, tenant.writer);
  await frontier.createBillingUsage({ orgId: tenant.orgId, usages: [{ id: "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f", amount: 30n, source: "API" }] });
  const { balance } = await frontier.getBillingBalance({ id: tenant.billingId });
  expect(balance?.amount).toBe(70n);
});
