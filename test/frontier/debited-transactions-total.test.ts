import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 100 });
  const { frontier: writer } = connectClients(service.url, tenant.writer);
  const usages = [30n, 12n].map((amount) => ({ id: uuidv7(), amount }));
  await writer.createBillingUsage({ orgId: tenant.orgId, usages });
  await service.credit(tenant, "5");
});
afterAll(() => service.stop());

const frontier = (as = tenant.reader) => connectClients(service.url, as).frontier;

it.each([
  ["generation A: organization and account", () => ({ orgId: tenant.orgName, billingId: tenant.billingId })],
  ["generation B: the organization alone", () => ({ orgId: tenant.orgId })],
  ["the account alone", () => ({ billingId: tenant.billingId })],
])("adds up the debits and no credits. %s", async (_generation, request) => {
  const { debited } = await frontier().totalDebitedTransactions(request());
  expect(debited).toMatchObject({ amount: 42n, currency: "VC" });
});

it("answers over REST", async () => {
  const path = `/v1beta1/organizations/${tenant.orgId}/billing/${tenant.billingId}/debited_transactions_total`;
  const { status, body } = await restClient(service.url, tenant.reader).get(path);
  expect(status).toBe(200);
  expect(body).toEqual({
    debited: { amount: "42", currency: "VC", updated_at: expect.stringMatching(/Z$/) },
  });
});

it("is 0 VC where there is no account, and where nothing was debited", async () => {
  const { organizations } = connectClients(service.url, service.platform);
  const { organization } = await organizations.createOrganization({ name: "no-billing" });
  const { orgId } = await service.tenant({ credits: 3 });
  for (const each of [organization?.id ?? "", orgId]) {
    const { debited } = await frontier(service.platform).totalDebitedTransactions({ orgId: each });
    expect(debited).toMatchObject({ amount: 0n, currency: "VC" });
  }
});

it("refuses bad input, strangers and other organizations' callers", async () => {
  const refused = (request: object, as = tenant.reader) =>
    failureOf(frontier(as).totalDebitedTransactions(request));
  const other = await service.tenant();
  const { orgId, billingId } = tenant;
  expect(faultyFields(await refused({}))).toEqual(["org_id"]);
  expect(faultyFields(await refused({ orgId, billingId: "one" }))).toEqual(["billingId"]);
  expect((await refused({ orgId, billingId: uuidv7() })).code).toBe(Code.NotFound);
  expect((await refused({ orgId: other.orgId, billingId }, service.platform)).code).toBe(Code.NotFound);
  expect((await refused({ orgId }, { ...tenant.reader, clientSecret: "wrong" })).code).toBe(
    Code.Unauthenticated,
  );
  expect((await refused({ orgId }, other.admin)).code).toBe(Code.PermissionDenied);
});
