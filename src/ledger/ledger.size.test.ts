import { commandTo, startLedger, type TestLedger } from "../../test/support/ledger.ts";
import { until } from "../../test/support/until.ts";
import { captureOf, holdOn, type Tenant } from "./ledger.fixture.ts";
import type { Ledger } from "./ledger.ts";

let test: TestLedger;
beforeEach(async () => {
  test = await startLedger();
});
afterEach(() => test.stop());

/** A large organization among many small ones, as the planner's statistics do not tell them apart. */
async function makeLarge({ orgId }: Tenant): Promise<void> {
  await test.sql.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`insert into customers (org_id, id) select ${orgId}, gen_random_uuid() from generate_series(1, 5000)`;
    await sql`insert into customers (org_id, id)
      select o, gen_random_uuid() from (select gen_random_uuid() as o from generate_series(1, 500)) as o, generate_series(1, 5)`;
    await sql`insert into operations (org_id, id, key, kind, amount, currency, source, description, user_id, metadata,
        created_by, created_at, from_account_id, from_counter, from_version, from_sequence, from_at, from_funded,
        from_spent, to_account_id, to_customer_id, to_version, to_sequence, to_at, to_funded, to_spent, to_withdrawn,
        to_held, to_minimum)
      select org_id, gen_random_uuid(), '', 'credit', 1, 'VC', '', '', '', '{}', 'tests', now(), gen_random_uuid(), 'funding', 1, 1,
        now(), 0, 1, id, id, 1, 1, now(), 1, 0, 0, 0, 0
      from customers`;
    await sql`insert into holds (org_id, id, account_id, customer_id, currency, amount, captured, remaining, state,
        expires_at, on_expiry, created_at)
      select org_id, gen_random_uuid(), id, id, 'VC', 1, 0, 0, 'released', now(), 'release', now() from customers`;
  });
}

/** How often indexes that list what an organization has were walked. */
async function walks(): Promise<number> {
  const [row] = await test.sql<{ n: number }[]>`select sum(idx_scan)::int as n from pg_stat_user_indexes
    where indexrelname in ('customers_created', 'operations_at', 'holds_created')`;
  return row?.n ?? -1;
}

/** Backends tell what they did when they end at the latest. */
async function connectionsEnd(): Promise<void> {
  await until(async () => {
    const [row] = await test.sql`select count(*)::int as n from pg_stat_activity
      where datname = current_database() and application_name = 'tallystick'`;
    return row?.["n"] === 0;
  });
  await test.sql`select pg_stat_clear_snapshot()`;
}

/** Whatever looks something up by a key. */
async function submitAll(ledger: Ledger, tenant: Tenant): Promise<void> {
  const hold = holdOn(tenant);
  for (const command of [
    commandTo("credit", tenant),
    commandTo("credit", tenant),
    commandTo("charge", tenant),
    hold,
    hold,
    captureOf(hold),
  ])
    expect(await ledger.submit(command)).toMatchObject({ outcome: "done" });
}

it.each([
  ["before anybody has analyzed the tables", ""],
  ["after", "analyze"],
])("looks keys up and walks through nothing that an organization has, %s", async (_, analyze) => {
  const tenant = await test.tenant();
  await makeLarge(tenant);
  await test.sql.unsafe(analyze);
  const { ledger, database } = test.instance();
  const before = await walks();
  await submitAll(ledger, tenant);
  await database.close();
  await connectionsEnd();
  expect(await walks()).toBe(before);
});

it("soon plans anew what it planned when the tables had no rows", async () => {
  const tenant = await test.tenant();
  const { ledger, database } = test.instance();
  await submitAll(ledger, tenant);
  await makeLarge(tenant);
  const before = await walks();
  const rounds = 60;
  for (let round = 0; round < rounds; round += 1) await submitAll(ledger, tenant);
  await database.close();
  await connectionsEnd();
  // The plans of then would walk several times for each command.
  expect((await walks()) - before).toBeLessThan(6 * rounds);
});
