import type { Sql } from "postgres";
import { createDatabase, type TestDatabase } from "../../test/support/database.ts";
import { until } from "../../test/support/until.ts";
import { connectTo, nothingDue, TestJournal } from "./books/journal.fixture.ts";
import { Periods } from "./books/periods.ts";
import { Statements } from "./books/statements.ts";
import { TopUps } from "./books/top-ups.ts";
import { Transfers } from "./books/transfers.ts";
import { Wallets } from "./books/wallets.ts";
import { BillingAccounts } from "./customers/billing-accounts.ts";
import type { CustomerDeletion } from "./customers/customer-deletion.ts";
import { type Database, openDatabase } from "./driver/database.ts";
import { Trail } from "./trail/trail.ts";

/** Operations of the organization, each between accounts of its own, its acts, and its billing accounts, none of which is active. */
const others = 5_000;

let created: TestDatabase;
let sql: Sql;
const newcomer = { orgId: "", customerId: "", accountId: "" };

/** PostgreSQL knows how many rows the first organization has, and nothing of the second, which has come since. */
beforeAll(async () => {
  created = await createDatabase();
  sql = connectTo(created.url);
  const { orgId } = await organization();
  await sql`insert into acts (org_id, id, actor, method, request_id, verb, target)
    select ${orgId}, gen_random_uuid(), 'someone', 'method', '', 'verb', 'target' from generate_series(1, ${others})`;
  await sql`insert into customers (org_id, id, is_billing_account, state)
    select ${orgId}, gen_random_uuid(), true, 'disabled' from generate_series(1, ${others})`;
  await sql`vacuum analyze`;
  for (const table of ["operations", "acts", "customers"])
    await sql`alter table ${sql(table)} set (autovacuum_enabled = off)`;
  Object.assign(newcomer, await organization());
});
afterAll(async () => {
  await sql.end();
  await created.drop();
});

async function organization(): Promise<typeof newcomer> {
  const journal = await TestJournal.create(sql);
  const customerId = await journal.customer();
  const account = await journal.account({ customerId });
  const funding = await journal.account({ counter: "funding" });
  const { orgId } = journal;
  await journal.book({
    amount: 1,
    from: funding,
    to: account,
    kind: "credit",
    source: "first",
    at: new Date(),
  });
  await sql.begin(async (own) => {
    await own`set local session_replication_role = replica`;
    // By `offset 0` the record of a row is made once, and not once for each column.
    await own`insert into operations select (copy).* from (select jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(),
        'from_account_id', gen_random_uuid(), 'to_account_id', gen_random_uuid())) as copy
      from operations o, generate_series(1, ${others}) where o.org_id = ${orgId} offset 0) as copied`;
  });
  return { orgId, customerId, accountId: account.id };
}

it.each([
  [
    "a statement",
    (database) => new Statements(database, nothingDue).search({ ...newcomer, filter: {}, rowsMax: 10 }),
  ],
  [
    "an account's transfers",
    (database) =>
      new Transfers(database).list({
        ...newcomer,
        filter: {},
        accountIds: [newcomer.accountId],
        rowsMax: 10,
      }),
  ],
  ["wallets", (database) => new Wallets(database, nothingDue).list(newcomer)],
  ["totals of periods", (database) => new Periods(database, nothingDue).list(newcomer)],
  ["top-ups", (database) => new TopUps(database).newest(newcomer.orgId, [newcomer.accountId])],
] as [string, (database: Database) => Promise<unknown>][])(
  "%s of an organization that came after the statistics are found by their account",
  async (_, read) => {
    expect(await rowsRead("operations", read)).toBeLessThan(50);
  },
);

const noDeletion = {} as CustomerDeletion;
const page = { past: undefined, rowsMax: 10 };

it.each([
  ["acts", {}],
  ["acts", { verb: "verb" }],
  ["acts", { actor: "someone", verb: "another" }],
] as const)(
  "%s %j of an organization that came after the statistics are none of another's",
  async (table, filter) => {
    const list = (database: Database) => new Trail(database).list({ ...page, orgId: newcomer.orgId, filter });
    expect(await rowsRead(table, list)).toBeLessThan(50);
  },
);

it("billing accounts of an organization that came after the statistics are none of another's", async () => {
  const list = (database: Database) =>
    new BillingAccounts(database, noDeletion).list({ ...page, orgId: newcomer.orgId });
  expect(await rowsRead("customers", list)).toBeLessThan(50);
});

/** How many rows of a table and entries of its indexes are read. */
async function rowsRead(table: string, read: (database: Database) => Promise<unknown>): Promise<number> {
  await sql`select pg_stat_reset()`;
  const database = openDatabase(created.url);
  await read(database);
  await database.close();
  const [rows = 0] = await until(async () => {
    const [row] = await sql<{ scans: number; rows: number }[]>`
      select (seq_scan + idx_scan)::int as scans, (seq_tup_read + idx_tup_fetch + (
        select sum(idx_tup_read) from pg_stat_user_indexes where relname = ${table}))::int as rows
      from pg_stat_user_tables where relname = ${table}`;
    await sql`select pg_stat_clear_snapshot()`;
    return row !== undefined && row.scans > 0 && [row.rows];
  });
  return rows;
}
