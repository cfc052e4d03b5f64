import { timestampDate } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { failureOf, faultyFields } from "../support/failure.ts";
import { restClient } from "../support/rest.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 100 });
});
afterAll(() => service.stop());

const frontier = (as = tenant.reader) => connectClients(service.url, as).frontier;

it.each([
  ["generation A, organization by id", () => ({ orgId: tenant.orgId, id: tenant.billingId })],
  ["generation A, organization by name", () => ({ orgId: tenant.orgName, id: tenant.billingId })],
  ["generation B, the account alone", () => ({ id: tenant.billingId })],
  ["generation B, the organization alone", () => ({ orgId: tenant.orgId })],
])("%s", async (_generation, request) => {
  for (const credential of [tenant.reader, service.platform]) {
    const { balance } = await frontier(credential).getBillingBalance(request());
    expect(balance).toMatchObject({ amount: 100n, currency: "VC" });
  }
});

it("was updated when its newest entry was made, and follows every change", async () => {
  const { orgId, billingId, writer } = await service.tenant({ credits: 10 });
  const client = frontier(writer);
  await client.createBillingUsage({ orgId, usages: [{ id: uuidv7(), amount: 4n }] });
  const { balance } = await client.getBillingBalance({ orgId });
  const { transactions } = await client.listBillingTransactions({ orgId });
  expect(balance?.amount).toBe(6n);
  expect(balance?.updatedAt).toEqual(transactions[0]?.createdAt);
  const { balance: again } = await client.getBillingBalance({ id: billingId });
  expect(again).toEqual(balance);
});

it("is zero, and as old as the account, where nothing was ever booked", async () => {
  const { billingId } = await service.tenant();
  const client = frontier(service.platform);
  const { billingAccount } = await client.getBillingAccount({ id: billingId });
  const { balance } = await client.getBillingBalance({ id: billingId });
  expect(balance).toMatchObject({ amount: 0n, currency: "VC" });
  expect(balance?.updatedAt).toEqual(billingAccount?.createdAt);
});

it("can be below zero", async () => {
  const { orgId, billingId, writer } = await service.tenant({ credits: 1 });
  await withSql(
    service.databaseUrl,
    (sql) => sql`update accounts set minimum_balance = -100 where customer_id = ${billingId}`,
  );
  await frontier(writer).createBillingUsage({ orgId, usages: [{ id: uuidv7(), amount: 101n }] });
  const path = `/v1beta1/organizations/${orgId}/billing/${billingId}/balance`;
  const { body } = await restClient(service.url, writer).get(path);
  expect(body).toMatchObject({ balance: { amount: "-100" } });
});

it("infers the active billing account before a disabled one, and reads either by its id", async () => {
  const { orgId, billingId: first, writer } = await service.tenant({ credits: 7 });
  await withSql(
    service.databaseUrl,
    (sql) => sql`update customers set state = 'disabled' where id = ${first}`,
  );
  const client = frontier(writer);
  expect((await client.getBillingBalance({ orgId })).balance?.amount).toBe(7n);
  await client.createBillingAccount({ orgId, body: { name: "Second" } });
  expect((await client.getBillingBalance({ orgId })).balance?.amount).toBe(0n);
  expect((await client.getBillingBalance({ id: first })).balance?.amount).toBe(7n);
});

it("answers HEAD like GET, without the body", async () => {
  const path = `/v1beta1/organizations/${tenant.orgId}/billing/${tenant.billingId}/balance`;
  const authorization = `Bearer ${tenant.reader.clientSecret}`;
  const response = await fetch(`${service.url}${path}`, { method: "HEAD", headers: { authorization } });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("");
});

it("tells the time as the database's clock has it", async () => {
  const [row] = await withSql(service.databaseUrl, (sql) => sql`select now() as now`);
  await service.credit(tenant, "1");
  const { balance } = await frontier().getBillingBalance({ orgId: tenant.orgId });
  if (balance?.updatedAt === undefined) throw new Error("no time");
  expect(timestampDate(balance.updatedAt).getTime()).toBeGreaterThanOrEqual(row?.["now"].getTime());
});

describe("refusals", () => {
  const refused = async (request: { orgId?: string; id?: string }, as = tenant.reader) =>
    failureOf(frontier(as).getBillingBalance(request));

  it("an organization and an account that do not belong together", async () => {
    const other = await service.tenant();
    for (const request of [
      { orgId: other.orgId, id: tenant.billingId },
      { orgId: tenant.orgId, id: other.billingId },
    ]) {
      expect((await refused(request, service.platform)).code).toBe(Code.NotFound);
    }
  });

  it("an organization without a billing account", async () => {
    const { organizations } = connectClients(service.url, service.platform);
    const { organization } = await organizations.createOrganization({ name: "no-billing" });
    const failure = await refused({ orgId: organization?.id ?? "" }, service.platform);
    expect(failure).toMatchObject({ code: Code.NotFound, metadata: { resource: "customer" } });
  });

  it("nothing named, or no UUID", async () => {
    expect(faultyFields(await refused({}))).toEqual(["org_id"]);
    const failure = await refused({ id: `${tenant.billingId}0` });
    expect(failure.code).toBe(Code.InvalidArgument);
    expect(faultyFields(failure)).toEqual(["id"]);
  });

  it("an organization that does not exist, to the platform", async () => {
    const failure = await refused({ orgId: "atlantis" }, service.platform);
    expect(failure).toMatchObject({ code: Code.NotFound, message: "organization atlantis was not found" });
  });

  it("a wrong secret", async () => {
    const failure = await refused({ id: tenant.billingId }, { ...tenant.reader, clientSecret: "wrong" });
    expect(failure.code).toBe(Code.Unauthenticated);
  });
});
