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

const frontier = (as = tenant.reader) => connectClients(service.url, as).frontier;

describe("GetBillingAccount", () => {
  it.each([
    ["generation A, organization by id", () => ({ orgId: tenant.orgId, id: tenant.billingId })],
    ["generation A, organization by name", () => ({ orgId: tenant.orgName, id: tenant.billingId })],
    ["generation B, no organization", () => ({ id: tenant.billingId })],
    ["ids in upper case", () => ({ orgId: tenant.orgId.toUpperCase(), id: tenant.billingId.toUpperCase() })],
  ])("%s", async (_generation, request) => {
    const { billingAccount } = await frontier().getBillingAccount(request());
    expect(billingAccount).toMatchObject({
      id: tenant.billingId,
      orgId: tenant.orgId,
      name: "Customer",
      email: `customer@${tenant.orgName}.example`,
      currency: "usd",
      state: "active",
    });
  });

  it("over REST, with what is asked for beside it", async () => {
    const path = `/v1beta1/organizations/${tenant.orgName}/billing/${tenant.billingId}`;
    const query = "with_billing_details=true&with_payment_methods=true&expand=organization";
    const { status, body } = await restClient(service.url, tenant.reader).get(`${path}?${query}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      billing_account: { id: tenant.billingId, organization: { id: tenant.orgId, name: tenant.orgName } },
      payment_methods: [],
      billing_details: { credit_min: "0", due_in_days: "0" },
    });
  });

  it("shows the minimum balance in the billing details", async () => {
    const { orgId, billingId } = await service.tenant({ credits: 1 });
    const { admin } = connectClients(service.url, service.platform);
    await admin.updateBillingAccountDetails({ id: billingId, creditMin: -100n, dueInDays: 30n });
    const request = { orgId, id: billingId, withBillingDetails: true };
    const { billingDetails } = await frontier(service.platform).getBillingAccount(request);
    expect(billingDetails).toMatchObject({ creditMin: -100n, dueInDays: 30n });
  });

  it("expands the organization by either of its names, in any case", async () => {
    for (const name of ["organization", "Org"]) {
      const { billingAccount } = await frontier().getBillingAccount({ id: tenant.billingId, expand: [name] });
      expect(billingAccount?.organization).toMatchObject({ id: tenant.orgId, name: tenant.orgName });
    }
  });

  it("does not find an account of another organization than the one named", async () => {
    const other = await service.tenant();
    const request = { orgId: other.orgId, id: tenant.billingId };
    expect((await failureOf(frontier(service.platform).getBillingAccount(request))).code).toBe(Code.NotFound);
  });

  it("refuses an id that is no UUID, and none at all", async () => {
    const failure = await failureOf(frontier().getBillingAccount({ id: "one" }));
    expect(failure.code).toBe(Code.InvalidArgument);
    expect(faultyFields(failure)).toEqual(["id"]);
    expect(faultyFields(await failureOf(frontier().getBillingAccount({})))).toEqual(["org_id"]);
  });

  it("refuses strangers", async () => {
    const stranger = { clientId: tenant.reader.clientId, clientSecret: "wrong" };
    const failure = await failureOf(frontier(stranger).getBillingAccount({ id: tenant.billingId }));
    expect(failure.code).toBe(Code.Unauthenticated);
  });
});

describe("ListBillingAccounts", () => {
  it("lists disabled ones too, oldest first, and expands the organization", async () => {
    const { orgId, billingId, writer } = await service.tenant();
    const client = frontier(writer);
    await client.disableBillingAccount({ id: billingId });
    const { billingAccount: second } = await client.createBillingAccount({ orgId, body: { name: "Second" } });
    const { billingAccounts } = await client.listBillingAccounts({ orgId, expand: ["organization"] });
    expect(billingAccounts.map(({ id, state, organization }) => [id, state, organization?.id])).toEqual([
      [billingId, "disabled", orgId],
      [second?.id, "active", orgId],
    ]);
  });

  it("answers over REST", async () => {
    const path = `/v1beta1/organizations/${tenant.orgName}/billing`;
    const { status, body } = await restClient(service.url, tenant.reader).get(path);
    expect(status).toBe(200);
    expect(body).toEqual({
      billing_accounts: [expect.objectContaining({ id: tenant.billingId, organization: null })],
      next_page_token: "",
    });
  });

  it("answers in pages, if asked", async () => {
    const { orgId, billingId, writer } = await service.tenant();
    const client = frontier(writer);
    const ids = [billingId];
    for (const name of ["Second", "Third"]) {
      await client.disableBillingAccount({ orgId });
      const { billingAccount } = await client.createBillingAccount({ orgId, body: { name } });
      ids.push(billingAccount?.id ?? "");
    }
    const first = await client.listBillingAccounts({ orgId, pageSize: 2 });
    const second = await client.listBillingAccounts({ orgId, pageSize: 2, pageToken: first.nextPageToken });
    expect([first, second].map(({ billingAccounts }) => billingAccounts.map(({ id }) => id))).toEqual([
      ids.slice(0, 2),
      ids.slice(2),
    ]);
    expect(second.nextPageToken).toBe("");
    const failure = await failureOf(client.listBillingAccounts({ orgId, pageSize: 10_001, pageToken: "x" }));
    expect(faultyFields(failure)).toEqual(["pageSize", "pageToken"]);
  });

  it("wants an organization that exists, and the right to read it", async () => {
    const list = (orgId: string, as = tenant.reader) =>
      failureOf(frontier(as).listBillingAccounts({ orgId }));
    expect((await list(uuidv7(), service.platform)).code).toBe(Code.NotFound);
    expect((await list(uuidv7())).code).toBe(Code.PermissionDenied);
  });

  it("says so when no organization is named", async () => {
    const failure = await failureOf(frontier(service.platform).listBillingAccounts({}));
    expect(failure).toMatchObject({ code: Code.InvalidArgument, reason: "INVALID_FIELDS" });
    expect(faultyFields(failure)).toEqual(["org_id"]);
  });
});
