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
    await sql`insert into entries
      select e.org_id, e.account_id, n, e.transfer_id, 1, n, 0, 0, null, e.created_at + n * interval '1 ms'
      from entries e join accounts a on a.org_id = e.org_id and a.id = e.account_id,
        generate_series(2, ${transactions}::int) n
      where a.customer_id = ${tenant.billingId}`;
    await sql`update accounts set version = ${transactions}, funded = ${transactions}
      where customer_id = ${tenant.billingId}`;
  });
});
afterAll(() => service.stop());

/** The entries that the service has read so far. Backends tell the last of it when they end. */
async function entriesRead(): Promise<number> {
  return withSql(service.databaseUrl, async (sql) => {
    await until(async () => {
      const ended = await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'tallystick'`;
      return ended.length === 0;
    });
    const [row] = await sql<{ rows: number }[]>`
      select (t.seq_tup_read + sum(i.idx_tup_read))::int as rows
      from pg_stat_user_tables t join pg_stat_user_indexes i using (relid)
      where t.relname = 'entries' group by t.seq_tup_read`;
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
    const before = await entriesRead();
    const query = { limit: 20, sort };
    const { organizationTokens, pagination } = await frontier.searchOrganizationTokens({
      id: tenant.orgId,
      query,
    });
    expect(organizationTokens).toHaveLength(20);
    expect(pagination).toMatchObject({ limit: 20, totalCount: transactions });
    const read = (await entriesRead()) - before;
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(1_000);
  },
);
