import type { Sql } from "postgres";
import { v7 as uuidv7 } from "uuid";
import { createDatabase, type TestDatabase } from "../../test/support/database.ts";
import { until } from "../../test/support/until.ts";
import { Activity } from "./books/activity.ts";
import { BalanceHistory } from "./books/balance-history.ts";
import { Holds } from "./books/holds.ts";
import { connectTo, nothingDue, TestJournal } from "./books/journal.fixture.ts";
import type { EntryPlace } from "./books/sides.ts";
import { Statements } from "./books/statements.ts";
import { Totals } from "./books/totals.ts";
import { Transfers } from "./books/transfers.ts";
import { CustomerSearch } from "./customers/customer-search.ts";
import { type Database, openDatabase } from "./driver/database.ts";
import { looksMax, type Portion } from "./driver/statements/portion.ts";
import { RefusalReader } from "./refusals/refusal-reader.ts";
import { Trail, type TrailFilter } from "./trail/trail.ts";

// Of everything more than one query looks at, and what is looked for comes last.
const rowsOfAll = looksMax + 500;

let created: TestDatabase;
let database: Database;
let sql: Sql;
let orgId: string;
let accountId: string;
let customerId: string;

beforeAll(async () => {
  created = await createDatabase();
  database = openDatabase(created.url);
  sql = connectTo(created.url);
  const journal = await TestJournal.create(sql);
  customerId = await journal.customer();
  const account = await journal.account({ customerId });
  const funding = await journal.account({ counter: "funding" });
  ({ orgId } = journal);
  accountId = account.id;
  const [at, order] = [new Date(Date.UTC(2020, 0, 1)), { amount: 1, from: funding, to: account }];
  await journal.book({ ...order, kind: "credit", source: "first", at });
  await journal.hold(account, { amount: 1, expiresAt: new Date(0), onExpiry: "release" });
  await fill();
});
afterAll(async () => {
  await Promise.all([database.close(), sql.end()]);
  await created.drop();
});

/** Copies what there is into newer rows that nobody looks for. */
async function fill(): Promise<void> {
  const numbers = `generate_series(1, ${rowsOfAll}) as n`;
  const id = "gen_random_uuid()";
  const later = "timestamptz '2021-01-01' + n * interval '1 second'";
  const moved = { to_funded: "n + 1", created_at: later, from_at: later, to_at: later, source: "'other'" };
  const versions = {
    from_version: "n + 1",
    to_version: "n + 1",
    from_sequence: "n + 1",
    to_sequence: "n + 1",
  };
  const transfer = await columns("operations", { id, ...moved, ...versions });
  const held = await columns("holds", { id, created_at: later, state: "'released'", remaining: "0" });
  // A hold is shown with the words of its operation.
  const asked = await columns("operations", { id: "h.id", hold_id: "h.id" });
  const acts = ["acts", "platform_acts"].map(
    (table) => `insert into ${table} (org_id, id, at, actor, method, request_id, verb, target)
      select '${orgId}', ${id}, ${later}, 'actor', '', '', case when n = 1 then 'rare' else 'verb' end, 'target' from ${numbers}`,
  );
  await sql.unsafe(`begin; set local session_replication_role = replica;
    insert into operations select ${transfer} from operations r, ${numbers} where r.source = 'first';
    insert into holds select ${held} from holds r, ${numbers};
    insert into operations select ${asked} from operations r, holds h where r.kind = 'hold' and h.state = 'released';
    insert into refusals (org_id, id, at, reason, figures, kind, customer_id, created_by, request_id)
      select '${orgId}', lpad(to_hex(n), 32, '0')::uuid, ${later}, case when n = 1 then 'KEY_CONFLICT' else 'OTHER' end,
        '{}', 'charge', '${customerId}', '', '' from ${numbers};
    insert into customers (org_id, id, name, email, email_key)
      select '${orgId}', gen_random_uuid(), 'Name ' || n, 'user' || n || '@x', 'user' || n || '@x' from ${numbers};
    insert into customer_names (org_id, name, customer_id) select org_id, email_key, id from customers where email <> '';
    ${acts.join(";")}; commit`);
  await sql`vacuum analyze`;
}

/** The columns of a table as they are in a row `r`, but for those that are changed. */
async function columns(table: string, changed: Readonly<Record<string, string>>): Promise<string> {
  const names = await sql<{ name: string }[]>`select attname as name from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped order by attnum`;
  return names.map(({ name }) => changed[name] ?? `r.${name}`).join(", ");
}

/** The numbers of rows that a listing answers, query by query. */
async function walked<R, P>(
  read: (past: P | undefined) => Promise<Portion<R, P>>,
): Promise<readonly number[]> {
  const found: number[] = [];
  for (let past: P | undefined; ; ) {
    const { rows, lookedTo } = await read(past);
    found.push(rows.length);
    if (lookedTo === undefined) return found;
    past = lookedTo;
  }
}

it.each([
  [
    "transfers of an organization",
    (past) => new Transfers(database).list({ orgId, filter: { source: "first" }, past, rowsMax: 2 }),
  ],
  [
    "transfers of accounts",
    (past) =>
      new Transfers(database).list({
        orgId,
        filter: { source: "first" },
        accountIds: [accountId],
        past,
        rowsMax: 2,
      }),
  ],
  [
    "holds",
    (past) => new Holds(database, nothingDue).list({ orgId, state: "expired", after: past, rowsMax: 2 }),
  ],
  [
    "holds of a customer",
    (past) =>
      new Holds(database, nothingDue).list({ orgId, customerId, state: "expired", after: past, rowsMax: 2 }),
  ],
  [
    "refusals",
    (past) => new RefusalReader(database).list({ orgId, reason: "KEY_CONFLICT", after: past, rowsMax: 2 }),
  ],
  [
    "refusals of a customer",
    (past) =>
      new RefusalReader(database).list({
        orgId,
        customerId,
        reason: "KEY_CONFLICT",
        after: past,
        rowsMax: 2,
      }),
  ],
] as [
  string,
  (past: { at: Date; id: string } | undefined) => Promise<Portion<unknown, { at: Date; id: string }>>,
][])("%s are looked through so many at a time, and what was looked for is found", async (_what, read) => {
  const found = await walked(read);
  expect(found[0]).toBe(0);
  expect(found.reduce((sum, rows) => sum + rows)).toBe(1);
});

it("lines of an account are looked through so many at a time, and the one that was looked for is found", async () => {
  const statements = new Statements(database, nothingDue);
  const page = { orgId, accountId, filter: { source: "first" }, rowsMax: 2 };
  const search = (past: EntryPlace | undefined) => statements.search({ ...page, past });
  expect(await walked(search)).toEqual([0, 1]);
});

it("acts are looked through so many at a time where two filters are said, in both tables", async () => {
  const filter = { actor: "actor", verb: "rare" };
  for (const which of [orgId, undefined]) {
    const list = (past?: { at: Date; id: string }) =>
      new Trail(database).list({ orgId: which, filter, past, rowsMax: 3 });
    expect(await walked(list)).toEqual([0, 2]);
  }
});

it("acts by a filter that nothing fits are looked for in an index, and none of the others is read", async () => {
  await sql`select pg_stat_reset()`;
  const own = openDatabase(created.url);
  const trail = new Trail(own);
  const filters: TrailFilter[] = [{ actor: "nobody" }, { verb: "never" }, { target: "nothing" }];
  filters.push({ actor: "nobody", verb: "verb" }, { actor: "actor", target: "nothing", verb: "verb" });
  for (const filter of filters)
    for (const which of [orgId, uuidv7(), undefined])
      expect(await trail.list({ orgId: which, filter, rowsMax: 100 })).toEqual({
        rows: [],
        lookedTo: undefined,
      });
  await own.close();
  const read = await until(async () => {
    const [row] = await sql<{ scans: number; rows: number; whole: number }[]>`
      select sum(idx_scan)::int as scans, sum(idx_tup_read)::int as rows,
        (select sum(seq_scan)::int from pg_stat_user_tables where relname in ('acts', 'platform_acts')) as whole
      from pg_stat_user_indexes where relname in ('acts', 'platform_acts')`;
    await sql`select pg_stat_clear_snapshot()`;
    return row !== undefined && row.scans >= 2 * 3 * filters.length && row;
  });
  expect(read).toMatchObject({ rows: 0, whole: 0 });
});

const year = { from: new Date(Date.UTC(2021, 0, 1)), to: new Date(Date.UTC(2022, 0, 1)) };

it("a balance over more changes than are looked at is found point by point, and over fewer with the lowest between", async () => {
  const history = new BalanceHistory(database, nothingDue);
  const books = { orgId, customerId, currency: "USD" };
  const curve = (span: typeof year) => history.curve(books, { span, clock: new Date(), pointsMax: 20 });
  const long = await curve(year);
  expect(long.points.length).toBeGreaterThan(10);
  expect(long.step).not.toBeNull();
  expect(new Set(long.points.map(({ lowest }) => lowest))).toEqual(new Set([null]));
  const short = await curve({ ...year, to: new Date(year.from.getTime() + 3_600_000) });
  expect(short.points.every(({ lowest }) => lowest !== null)).toBe(true);
  const at = short.points[5]?.at ?? year.from;
  expect(await history.asOf({ ...books, accountId }, at)).toMatchObject({
    at,
    posted: short.points[5]?.posted,
  });
});

it("what an organization does is counted as far as it may be, and on from there", async () => {
  const activity = new Activity(database, 100);
  const counted: bigint[] = [];
  let to = new Date(year.from.getTime() + 250_000);
  for (;;) {
    const span = { from: year.from, to };
    const { buckets, completeFrom } = await activity.of({ orgId, currency: "USD" }, { span, bucketsMax: 10 });
    counted.push(buckets.flatMap(({ kinds }) => kinds).reduce((sum, { count }) => sum + count, 0n));
    if (completeFrom <= span.from) break;
    to = completeFrom;
  }
  const [row] = await sql`select count(*)::int as rows from operations
    where org_id = ${orgId} and created_at >= ${year.from} and created_at < ${new Date(year.from.getTime() + 250_000)}`;
  expect(counted.length).toBeGreaterThan(2);
  expect(counted.reduce((sum, each) => sum + each)).toBe(BigInt(row?.["rows"]));
});

it("the balances of customers are summed up where there are no more accounts than may be", async () => {
  const customers = async (bound: number) =>
    (await new Totals(database, bound).of(orgId)).map((each) => each.customers);
  const [whole] = await customers(1);
  expect(whole?.accounts).toBe(1n);
  expect(await customers(0)).toEqual([null]);
});

it("customers are found by the beginnings of what they are known by in indexes, and no others are read", async () => {
  await sql`select pg_stat_reset()`;
  const own = openDatabase(created.url);
  const find = (query: string) => new CustomerSearch(own).find({ orgId, query, rowsMax: 20 });
  const texts = async (query: string) => (await find(query)).matches.map(({ text }) => text);
  expect(await texts("User1234@")).toEqual(["user1234@x"]);
  expect(await texts("NAME 9999")).toEqual(["Name 9999"]);
  expect(await find("user")).toMatchObject({ hasMore: true });
  await own.close();
  const read = await until(async () => {
    const [row] = await sql<{ scans: number; rows: number; whole: number }[]>`
      select sum(idx_scan)::int as scans, sum(idx_tup_read)::int as rows,
        (select sum(seq_tup_read)::int from pg_stat_user_tables where relname in ('customers', 'customer_names')) as whole
      from pg_stat_user_indexes where indexrelname in ('customers_begin', 'customer_names_begin')`;
    await sql`select pg_stat_clear_snapshot()`;
    return row !== undefined && row.scans >= 6 && row;
  });
  expect(read).toMatchObject({ whole: 0 });
  expect(read.rows).toBeLessThan(200);
});
