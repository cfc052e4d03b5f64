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
const check = async (orgId: string, amount: bigint, as = service.platform) =>
  (await frontier(as).checkCreditEntitlement({ orgId, amount })).status;

it.each([
  [0n, true],
  [1n, true],
  [100n, true],
  [101n, false],
  [2n ** 63n - 1n, false],
])("says of %s credits out of 100: %s", async (amount, expected) => {
  expect(await check(tenant.orgId, amount, tenant.reader)).toBe(expected);
  expect(await check(tenant.orgName, amount, tenant.reader)).toBe(expected);
});

it("says the same over REST", async () => {
  const client = restClient(service.url, tenant.reader);
  const answers = [
    await client.post("/v1beta1/billing/check", { org_id: tenant.orgId, amount: "100" }),
    await client.post("/v1beta1/billing/check", { org_id: tenant.orgId, amount: 101 }),
  ];
  expect(answers.map(({ status, body }) => [status, body])).toEqual([
    [200, { status: true }],
    [200, { status: false }],
  ]);
});

it("tells what a charge then does, whatever the minimum balance", async () => {
  const { orgId, billingId, writer } = await service.tenant({ credits: 10 });
  for (const [minimum, available] of [
    [-5, 15n],
    [4, 6n],
  ] as const) {
    await withSql(
      service.databaseUrl,
      (sql) => sql`update accounts set minimum_balance = ${minimum} where customer_id = ${billingId}`,
    );
    expect([await check(orgId, available), await check(orgId, available + 1n)]).toEqual([true, false]);
  }
  const usage = (amount: bigint) => ({ orgId, usages: [{ id: uuidv7(), amount }] });
  expect((await failureOf(frontier(writer).createBillingUsage(usage(7n)))).reason).toBe("INSUFFICIENT_FUNDS");
  await frontier(writer).createBillingUsage(usage(6n));
  expect(await check(orgId, 1n)).toBe(false);
});

it("says no for an account that is disabled", async () => {
  const { orgId, billingId } = await service.tenant({ credits: 10 });
  await withSql(
    service.databaseUrl,
    (sql) => sql`update customers set state = 'disabled' where id = ${billingId}`,
  );
  expect(await check(orgId, 1n)).toBe(false);
});

it("says no where nothing was ever credited", async () => {
  const { orgId } = await service.tenant();
  expect(await check(orgId, 1n)).toBe(false);
});

it("refuses bad input", async () => {
  const refused = (request: { orgId?: string; amount?: bigint }, as = tenant.reader) =>
    failureOf(frontier(as).checkCreditEntitlement(request));
  expect(faultyFields(await refused({ orgId: tenant.orgId, amount: -1n }))).toEqual(["amount"]);
  expect(faultyFields(await refused({ amount: 1n }))).toEqual(["org_id"]);
  expect((await refused({ orgId: "atlantis" }, service.platform)).code).toBe(Code.NotFound);
});

it("refuses strangers, and other organizations' callers", async () => {
  const other = await service.tenant();
  const request = { orgId: tenant.orgId, amount: 1n };
  const stranger = { ...tenant.reader, clientSecret: "wrong" };
  expect((await failureOf(frontier(stranger).checkCreditEntitlement(request))).code).toBe(
    Code.Unauthenticated,
  );
  expect((await failureOf(frontier(other.admin).checkCreditEntitlement(request))).code).toBe(
    Code.PermissionDenied,
  );
});
