import { Code } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import { failureOf } from "../support/failure.ts";
import { rowsRead } from "../support/rows-read.ts";
import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";

const transactions = 20_000;

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 1 });
  await withSql(service.databaseUrl, async (sql) => {
    await sql`
      insert into operations (org_id, id, kind, amount, currency, source, description, user_id, metadata, created_by,
        created_at, from_account_id, from_counter, from_version, from_sequence, from_at, from_funded, from_spent,
        to_account_id, to_customer_id, to_version, to_sequence, to_at, to_funded, to_spent, to_withdrawn, to_held,
        to_minimum)
      select org_id, gen_random_uuid(), kind, 1, currency, 'api', 'call ' || n, '', '{}', '',
        created_at + n * interval '1 ms', from_account_id, from_counter, n, n, from_at + n * interval '1 ms', 0, n,
        to_account_id, to_customer_id, n, n, to_at + n * interval '1 ms', n, 0, 0, 0,
        to_minimum
      from operations, generate_series(2, ${transactions}::int) n where org_id = ${tenant.orgId}`;
    await sql`update accounts set version = ${transactions}, sequence = ${transactions}, funded = ${transactions}
      where customer_id = ${tenant.billingId}`;
  });
});
afterAll(() => service.stop());

it.each([
  ["newest", []],
  ["newest, said so", [{ name: "created_at", order: "desc" }]],
  ["oldest", [{ name: "created_at", order: "asc" }]],
])("the %s page of twenty thousand transactions reads few of them, and counts all", async (_order, sort) => {
  const { frontier } = connectClients(service.url, tenant.reader);
  const before = await rowsRead(service.databaseUrl, "operations");
  const query = { limit: 20, sort };
  const { organizationTokens, pagination } = await frontier.searchOrganizationTokens({
    id: tenant.orgId,
    query,
  });
  expect(organizationTokens).toHaveLength(20);
  expect(pagination).toMatchObject({ limit: 20, totalCount: transactions });
  const read = (await rowsRead(service.databaseUrl, "operations")) - before;
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(1_000);
});

it("refuses groups whose names are too much for one answer, and counts those that a filter leaves", async () => {
  const { orgId, writer, reader } = await service.tenant({ credits: 300 });
  const usages = Array.from({ length: 120 }, (_, index) => ({
    ...{ id: uuidv7(), amount: 1n, description: `${index} ${"x".repeat(16_000)}`, source: `s${index % 2}` },
  }));
  await connectClients(service.url, writer).frontier.createBillingUsage({ orgId, usages });
  const { frontier } = connectClients(service.url, reader);
  const query = { limit: 1, groupBy: ["description"] };
  expect(await failureOf(frontier.searchOrganizationTokens({ id: orgId, query }))).toMatchObject({
    ...{ code: Code.InvalidArgument, reason: "INVALID_FIELDS" },
    violations: [{ field: "query.groupBy" }],
  });
  const filters = [{ name: "source", operator: "eq", value: { case: "stringValue", value: "s0" } }] as const;
  const { group } = await frontier.searchOrganizationTokens({
    id: orgId,
    query: { ...query, filters: [...filters] },
  });
  expect(group?.data).toHaveLength(60);
});

it("refuses a window whose texts are too much for one answer, and answers parts of it", async () => {
  const { orgId, writer, reader } = await service.tenant({ credits: 300 });
  const { frontier } = connectClients(service.url, writer);
  for (let request = 0; request < 2; request += 1) {
    const usages = Array.from({ length: 140 }, () => ({
      ...{ id: uuidv7(), amount: 1n, description: "x".repeat(16_384) },
    }));
    await frontier.createBillingUsage({ orgId, usages });
  }
  const search = (offset: number, limit: number) =>
    connectClients(service.url, reader).frontier.searchOrganizationTokens({
      id: orgId,
      query: { offset, limit },
    });
  expect(await failureOf(search(0, 281))).toMatchObject({
    code: Code.ResourceExhausted,
    reason: "RESULT_TOO_LARGE",
  });
  for (const offset of [0, 100, 200]) {
    const { organizationTokens, pagination } = await search(offset, 100);
    expect(organizationTokens).toHaveLength(offset === 200 ? 81 : 100);
    expect(pagination?.totalCount).toBe(281);
  }
});
