import { connectClients, startService, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";

const transactions = 100_000;

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 1 });
  await withSql(service.databaseUrl, async (sql) => {
    await sql`
      insert into transfers (org_id, id, kind, amount, currency, from_account_id, from_version, to_account_id, to_version,
        source, description, user_id, metadata, created_at)
      select org_id, gen_random_uuid(), kind, 1, currency, from_account_id, n, to_account_id, n,
        'api', 'call ' || n, '', '{}', created_at + n * interval '1 ms'
      from transfers, generate_series(2, ${transactions}::int) n where org_id = ${tenant.orgId}`;
    await sql`
      insert into entries
      select org_id, to_account_id, to_version, id, 1, to_version, 0, 0, null, created_at
      from transfers where org_id = ${tenant.orgId} and to_version > 1`;
    await sql`update accounts set version = ${transactions}, funded = ${transactions}
      where customer_id = ${tenant.billingId}`;
  });
});
afterAll(() => service.stop());

/** The entries and transfers that the service has read so far. Backends tell the last of it when they end. */
async function rowsRead(): Promise<number> {
  return withSql(service.databaseUrl, async (sql) => {
    await until(async () => {
      const ended = await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'tallystick'`;
      return ended.length === 0;
    });
    const [row] = await sql<{ rows: number }[]>`
      select (sum(t.seq_tup_read) + sum((
        select sum(i.idx_tup_read) from pg_stat_user_indexes i where i.relid = t.relid)))::int as rows
      from pg_stat_user_tables t where t.relname in ('entries', 'transfers')`;
    return row?.rows ?? 0;
  });
}

it.each([
  ["newest", []],
  ["newest, said so", [{ name: "created_at", order: "desc" }]],
  ["oldest", [{ name: "created_at", order: "asc" }]],
])(
  "the %s page of a hundred thousand transactions reads few of them, and counts all",
  async (_order, sort) => {
    const { frontier } = connectClients(service.url, tenant.reader);
    const before = await rowsRead();
    const query = { limit: 20, sort };
    const { organizationTokens, pagination } = await frontier.searchOrganizationTokens({
      id: tenant.orgId,
      query,
    });
    expect(organizationTokens).toHaveLength(20);
    expect(pagination).toMatchObject({ limit: 20, totalCount: transactions });
    const read = (await rowsRead()) - before;
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(1_000);
  },
);
