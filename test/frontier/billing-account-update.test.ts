import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import type { BillingAccountRequestBody } from "../../gen/raystack/frontier/v1beta1/models_pb.ts";
import { newCustomer } from "../support/customer.ts";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
});
beforeEach(async () => {
  tenant = await service.tenant();
});
afterAll(() => service.stop());

const frontier = (as = tenant.writer) => connectClients(service.url, as).frontier;

const body = {
  name: "Blue Ink",
  email: "billing@blue-ink.example",
  phone: "+1 555 0100",
  currency: "EUR",
  address: { line1: "1 Quay", line2: "Dock B", city: "Cork", state: "", postal_code: "T12", country: "IE" },
  tax_data: [{ type: "eu_vat", id: "IE6388047V" }],
  metadata: { tier: "gold", nested: { a: [true, null] } },
};

it("replaces all that is said about it, over REST", async () => {
  const path = `/v1beta1/organizations/${tenant.orgName}/billing/${tenant.billingId}`;
  const client = restClient(service.url, tenant.writer);
  const { status, body: answer } = await client.put(path, { body });
  expect(status).toBe(200);
  const account = {
    ...body,
    id: tenant.billingId,
    org_id: tenant.orgId,
    currency: "eur",
    provider_id: "",
    provider: "",
    state: "active",
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
    organization: null,
  };
  expect(answer).toEqual({ billing_account: account });
  expect((await client.get(path)).body).toMatchObject({ billing_account: account });
});

it.each([
  ["generation A", () => ({ orgId: tenant.orgName, id: tenant.billingId })],
  ["generation B", () => ({ id: tenant.billingId })],
])("%s; what is left out is empty then, but for the currency of invoices", async (_generation, names) => {
  await frontier().updateBillingAccount({ ...names(), body: { name: "First", phone: "1", currency: "chf" } });
  const { billingAccount } = await frontier().updateBillingAccount({ ...names(), body: { name: "Second" } });
  expect(billingAccount).toMatchObject({
    name: "Second",
    email: "",
    phone: "",
    currency: "chf",
    taxData: [],
  });
  expect(billingAccount?.metadata).toBeUndefined();
});

it("of two that come at once the last wins, whole", async () => {
  const bodyOf = (n: number): Partial<BillingAccountRequestBody> => ({
    name: `name ${n}`,
    email: `${n}@${tenant.orgName}.example`,
    phone: `${n}`,
    metadata: { n },
  });
  for (let round = 0; round < 3; round += 1) {
    const bodies = Array.from({ length: 8 }, (_, index) => bodyOf(round * 8 + index));
    await Promise.all(
      bodies.map((each) =>
        frontier().updateBillingAccount({ id: tenant.billingId, body: each as BillingAccountRequestBody }),
      ),
    );
    const { billingAccount } = await frontier().getBillingAccount({ id: tenant.billingId });
    const { name, email, phone, metadata } = billingAccount ?? {};
    expect(bodies).toContainEqual({ name, email, phone, metadata });
  }
});

it("changes nothing of the money", async () => {
  await service.credit(tenant, "7");
  await frontier().updateBillingAccount({ id: tenant.billingId, body: { name: "Other" } });
  const { balance } = await frontier().getBillingBalance({ id: tenant.billingId });
  expect(balance).toMatchObject({ amount: 7n, currency: "VC" });
});

describe("refusals", () => {
  it.each([
    ["no body", {}, ["body"]],
    ["an email that is none", { body: { email: "nobody" } }, ["body.email"]],
    ["a currency that is none", { body: { currency: "doubloon" } }, ["body.currency"]],
    ["no id and no organization", { id: "", body }, ["org_id"]],
    ["an id that is no UUID", { id: "one", body }, ["id"]],
  ])("%s", async (_what, request, fields) => {
    const failure = await failureOf(
      frontier().updateBillingAccount({ id: tenant.billingId, ...request } as object),
    );
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
    expect(faultyFields(failure)).toEqual(fields);
  });

  it("the email of another active customer", async () => {
    const email = `taken@${tenant.orgName}.example`;
    const { customers } = connectClients(service.url, tenant.writer);
    await customers.createCustomer({ organization: tenant.orgId, email });
    const failure = await failureOf(
      frontier().updateBillingAccount({ id: tenant.billingId, body: { email: email.toUpperCase() } }),
    );
    expect(failure).toMatchObject({ code: Code.AlreadyExists, metadata: { field: "email" } });
  });

  it("an account that there is not, here or at all, and a customer that is none", async () => {
    const other = await service.tenant();
    const developer = await newCustomer(service, tenant);
    for (const id of [uuidv7(), other.billingId, developer]) {
      const failure = await failureOf(frontier().updateBillingAccount({ id, body: { name: "Mine" } }));
      expect(failure).toMatchObject({ code: Code.NotFound, metadata: { resource: "customer", name: id } });
    }
  });

  it("readers and strangers", async () => {
    const update = (as: Tenant["reader"]) =>
      failureOf(frontier(as).updateBillingAccount({ id: tenant.billingId, body: { name: "Mine" } }));
    expect((await update(tenant.reader)).code).toBe(Code.PermissionDenied);
    expect((await update({ ...tenant.writer, clientSecret: "wrong" })).code).toBe(Code.Unauthenticated);
  });
});
