import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant();
});
afterAll(() => service.stop());

const platform = () => connectClients(service.url, service.platform);

/** An organization that has no billing account yet. */
async function emptyOrganization(): Promise<{ id: string; name: string }> {
  const name = `empty-${uuidv7().slice(-12)}`;
  const { organization } = await platform().organizations.createOrganization({ name });
  return { id: organization?.id ?? "", name };
}

function disable(billingId: string): Promise<unknown> {
  return platform().frontier.disableBillingAccount({ id: billingId });
}

const body = {
  name: "Blue Ink",
  email: "Billing@blue-ink.example",
  phone: "+1 555 0100",
  currency: "EUR",
  address: { line1: "1 Quay", line2: "Dock B", city: "Cork", state: "", postal_code: "T12", country: "IE" },
  tax_data: [{ type: "eu_vat", id: "IE6388047V" }],
  metadata: { tier: "gold", seats: 3, nested: { a: [true, null] } },
};

it("creates it over REST, as Frontier prints it", async () => {
  const { id: orgId, name } = await emptyOrganization();
  const client = restClient(service.url, service.platform);
  const created = await client.post(`/v1beta1/organizations/${name}/billing`, { body, offline: true });
  expect(created.status).toBe(200);
  expect(created.body).toEqual({
    billing_account: {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      org_id: orgId,
      ...body,
      currency: "eur",
      provider_id: "",
      provider: "",
      state: "active",
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
      organization: null,
    },
  });
  const listed = await client.get(`/v1beta1/organizations/${orgId}/billing`);
  expect(listed.body).toEqual({
    billing_accounts: [(created.body as Record<string, unknown>)["billing_account"]],
    next_page_token: "",
  });
});

it("creates it over RPC with nothing but an organization and a name", async () => {
  const { id: orgId } = await emptyOrganization();
  const { billingAccount } = await platform().frontier.createBillingAccount({
    orgId,
    body: { name: "Bare" },
  });
  expect(billingAccount).toMatchObject({ orgId, name: "Bare", currency: "usd", state: "active", email: "" });
  const { balance } = await platform().frontier.getBillingBalance({ orgId });
  expect(balance).toMatchObject({ amount: 0n, currency: "VC", updatedAt: billingAccount?.createdAt });
});

it("refuses a second active one", async () => {
  const { frontier } = connectClients(service.url, tenant.writer);
  const failure = await failureOf(
    frontier.createBillingAccount({ orgId: tenant.orgId, body: { name: "Second" } }),
  );
  expect(failure).toMatchObject({
    code: Code.FailedPrecondition,
    message: `an active account already exists for the organization: ${tenant.billingId}; disable it first`,
    reason: "BILLING_ACCOUNT_ACTIVE",
    metadata: { customer: tenant.billingId },
  });
});

it("creates another once the first is disabled, unless that one owes", async () => {
  const { orgId, billingId, writer } = await service.tenant();
  const { frontier } = connectClients(service.url, writer);
  await disable(billingId);
  const { billingAccount: second } = await frontier.createBillingAccount({ orgId, body: { name: "Second" } });
  expect(second?.id).not.toBe(billingId);

  const owing = second?.id ?? "";
  await service.credit({ ...tenant, orgId, billingId: owing }, "1");
  await platform().admin.updateBillingAccountLimits({ id: owing, creditMin: -10n });
  await frontier.createBillingUsage({ orgId, usages: [{ id: uuidv7(), amount: 5n }] });
  await disable(owing);
  expect(await failureOf(frontier.createBillingAccount({ orgId, body: { name: "Third" } }))).toMatchObject({
    code: Code.FailedPrecondition,
    message: `existing account with pending dues found: ${owing}; settle it first`,
    reason: "BILLING_ACCOUNT_OWES",
    metadata: { customer: owing },
  });
});

describe("bad input", () => {
  it.each([
    ["no body", {}, ["body"]],
    ["an email address that is none", { body: { email: "nobody" } }, ["body.email"]],
    ["a currency that is none", { body: { currency: "doubloon" } }, ["body.currency"]],
    ["credits as the currency of invoices", { body: { currency: "vc" } }, ["body.currency"]],
    ["too long a name", { body: { name: "x".repeat(256) } }, ["body.name"]],
    ["a NUL", { body: { phone: "1\0" } }, ["body.phone"]],
    [
      "several at once",
      { body: { email: "x", address: { city: "y".repeat(256) }, taxData: [{ type: "", id: "\0" }] } },
      ["body.email", "body.taxData[0].id", "body.address.city"],
    ],
  ])("%s", async (_what, request, fields) => {
    const { id: orgId } = await emptyOrganization();
    const failure = await failureOf(platform().frontier.createBillingAccount({ orgId, ...request }));
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
    expect(faultyFields(failure)).toEqual(fields);
    expect((await platform().frontier.listBillingAccounts({ orgId })).billingAccounts).toEqual([]);
  });

  it("an organization that does not exist", async () => {
    const failure = await failureOf(platform().frontier.createBillingAccount({ orgId: uuidv7(), body }));
    expect(failure).toMatchObject({ code: Code.NotFound, metadata: { resource: "organization" } });
  });
});

describe("who may", () => {
  it("not a reader", async () => {
    const { frontier } = connectClients(service.url, tenant.reader);
    const failure = await failureOf(frontier.createBillingAccount({ orgId: tenant.orgId, body: {} }));
    expect(failure.code).toBe(Code.PermissionDenied);
  });

  it("not a stranger", async () => {
    const { frontier } = connectClients(service.url, { clientId: "x", clientSecret: "y" });
    const failure = await failureOf(frontier.createBillingAccount({ orgId: tenant.orgId, body: {} }));
    expect(failure.code).toBe(Code.Unauthenticated);
  });
});
