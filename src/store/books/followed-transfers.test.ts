import { setTimeout as sleep } from "node:timers/promises";
import type { Sql } from "postgres";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { withSql } from "../../../test/support/sql.ts";
import { Random, seedOf } from "../../../test/workload/random.ts";
import { type Database, openDatabase } from "../driver/database.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { FollowedTransfers } from "./followed-transfers.ts";
import { connectTo, Gate, type TestAccount, TestJournal } from "./journal.fixture.ts";
import type { TransferFilter } from "./transfer-filter.ts";

const random = new Random(seedOf("followed transfers"));

let created: TestDatabase;
let database: Database;
let sql: Sql;
let journal: TestJournal;
let followed: FollowedTransfers;

beforeAll(async () => {
  created = await createDatabase();
  database = openDatabase(created.url);
  sql = connectTo(created.url);
});
beforeEach(async () => {
  journal = await TestJournal.create(sql);
  followed = new FollowedTransfers(database);
});
afterAll(async () => {
  await Promise.all([database.close(), sql.end()]);
  await created.drop();
});

const bounds = { rowsMax: 100, bytesMax: 1_000_000, bytesOf: () => 1_000 };

async function page(
  token: string,
  of: { filter?: TransferFilter; rowsMax?: number; bytesMax?: number } = {},
) {
  const { filter = {}, ...more } = of;
  const { transfers, nextToken } = await followed.page({
    ...bounds,
    ...more,
    orgId: journal.orgId,
    filter,
    token,
  });
  return { ids: transfers.map(({ id }) => id), nextToken };
}

async function accounts(count: number): Promise<TestAccount[]> {
  const made: TestAccount[] = [];
  for (let each = 0; each < count; each += 1)
    made.push(await journal.account({ customerId: await journal.customer() }));
  return made;
}

it("loses nothing, repeats nothing, and keeps each account's order, whoever writes", async () => {
  const customers = await accounts(5);
  const writers = [0, 1, 2, 3];
  const committed: string[] = [];
  const orderOf = new Map<string, number>();
  let writing = writers.length;
  const write = async (stripe: number) => {
    const own = connectTo(created.url);
    const revenue = await journal.account({ counter: "revenue", stripe });
    for (let batch = 0; batch < 10; batch += 1) {
      const count = 1 + random.below(5);
      const payers = Array.from({ length: count }, () => random.pick(customers) as TestAccount);
      const ids = await journal.batch(
        own,
        payers.map((from) => ({ from, to: revenue })),
        { pause: () => sleep(random.next() < 0.3 ? random.next() * 12 : 0), isGivenUp: random.next() < 0.1 },
      );
      committed.push(...ids);
    }
    writing -= 1;
    await own.end();
  };
  const seen: string[] = [];
  const follow = async () => {
    let token = "";
    for (;;) {
      const isLast = writing === 0;
      const { ids, nextToken } = await page(token, { rowsMax: 3 });
      seen.push(...ids);
      token = nextToken;
      if (isLast && ids.length === 0) return;
      if (random.next() < 0.5) await sleep(random.next() * 3);
    }
  };
  const written = Promise.all(writers.map(write));
  await Promise.all([written, follow()]);

  expect([seen.length, new Set(seen).size]).toEqual([committed.length, committed.length]);
  expect(new Set(seen)).toEqual(new Set(committed));
  const rows =
    await sql`select id, from_account_id, from_sequence from operations where org_id = ${journal.orgId}`;
  const placeOf = new Map(rows.map((row) => [row["id"], row]));
  for (const id of seen) {
    const { from_account_id: account, from_sequence: sequence } = placeOf.get(id) ?? {};
    expect(Number(sequence)).toBe((orderOf.get(account) ?? 0) + 1);
    orderOf.set(account, Number(sequence));
  }
});

it("waits for no transaction that somebody else keeps open, and finds what it brings late", async () => {
  const [early, late] = (await accounts(2)) as [TestAccount, TestAccount];
  const [one, other] = [
    await journal.account({ counter: "revenue", stripe: 1 }),
    await journal.account({ counter: "revenue", stripe: 2 }),
  ];
  const held = connectTo(created.url);
  const [begun, end] = [new Gate(), new Gate()];
  const pause = () => {
    begun.open();
    return end.isOpen;
  };
  const lateBatch = journal.batch(held, [{ from: late, to: one }], { pause });
  await begun.isOpen;
  const first = await journal.batch(sql, [{ from: early, to: other }]);
  const beside = await page("");
  expect(beside.ids).toEqual(first);
  const idle = await page(beside.nextToken);
  expect(idle.ids).toEqual([]);
  const second = await journal.batch(sql, [{ from: early, to: other }]);
  const next = await page(idle.nextToken);
  expect(next.ids).toEqual(second);
  end.open();
  const brought = await lateBatch;
  const last = await page(next.nextToken);
  expect(last.ids).toEqual(brought);
  expect((await page(last.nextToken)).ids).toEqual([]);
  await held.end();
});

it("goes on inside a batch that is larger than a page, in rows and in bytes", async () => {
  const [payer] = (await accounts(1)) as [TestAccount];
  const revenue = await journal.account({ counter: "revenue" });
  const ids = await journal.batch(
    sql,
    Array.from({ length: 7 }, () => ({ from: payer, to: revenue, metadata: { text: "x".repeat(1_000) } })),
  );
  for (const size of [{ rowsMax: 3 }, { bytesMax: 3_000 }, { bytesMax: 1 }]) {
    const seen: string[] = [];
    for (let token = ""; seen.length < ids.length; ) {
      const next = await page(token, size);
      expect(next.ids.length).toBeGreaterThan(0);
      expect(next.ids.length).toBeLessThanOrEqual(3);
      seen.push(...next.ids);
      token = next.nextToken;
    }
    expect(seen).toEqual(ids);
  }
});

it("filters what a page has read, and goes on after it", async () => {
  const [payer, other] = (await accounts(2)) as [TestAccount, TestAccount];
  const revenue = await journal.account({ counter: "revenue" });
  for (let each = 0; each < 5; each += 1) await journal.batch(sql, [{ from: other, to: revenue }]);
  const wanted = { customerId: payer.customerId as string };
  const none = await page("", { filter: { between: [wanted] } });
  expect(none.ids).toEqual([]);
  const [id] = await journal.batch(sql, [
    { from: payer, to: revenue, source: "shop", metadata: { order: "7" } },
    { from: other, to: revenue },
  ]);
  expect((await page(none.nextToken, { filter: { between: [wanted] } })).ids).toEqual([id]);
  const counter = { counter: "revenue" };
  expect((await page("", { filter: { between: [wanted, counter], currency: "USD" } })).ids).toEqual([id]);
  expect((await page("", { filter: { between: [counter], currency: "EUR" } })).ids).toEqual([]);
  expect((await page("", { filter: { source: "shop", kind: "charge" } })).ids).toEqual([id]);
  expect((await page("", { filter: { metadata: { key: "order", value: "7" } } })).ids).toEqual([id]);
  expect((await page("", { filter: { metadata: { key: "order", value: "8" } } })).ids).toEqual([]);
  await expect(page(none.nextToken)).rejects.toMatchObject({ refusal: { reason: "INVALID_FIELDS" } });
});

it("reads so many batches and operations a page, and then has a token", async () => {
  const [payer] = (await accounts(1)) as [TestAccount];
  const revenue = await journal.account({ counter: "revenue" });
  await sql`insert into changes (org_id, xid, position, at, operations)
    select ${journal.orgId}, pg_current_xact_id(), nextval('positions'), now(),
      array(select gen_random_uuid() from generate_series(1, 60)) from generate_series(1, 500)`;
  const [id] = await journal.batch(sql, [{ from: payer, to: revenue }]);
  let [token, pages] = ["", 0];
  for (;;) {
    const next = await page(token);
    pages += 1;
    token = next.nextToken;
    if (next.ids.length > 0) {
      expect(next.ids).toEqual([id]);
      break;
    }
  }
  // 30,000 operations of which a page looks at some 10,000.
  expect(pages).toBe(4);
});

it("takes no token of a database that was restored", async () => {
  const { nextToken } = await page("");
  await withSql(created.url, (own) => own`update epochs set id = gen_random_uuid()`);
  await expect(page(nextToken)).rejects.toMatchObject({ refusal: { reason: "INVALID_FIELDS" } });
});

it("finds what is done under the number of a transaction that wrote nothing, as after a crash", async () => {
  const [payer] = (await accounts(1)) as [TestAccount];
  const revenue = await journal.account({ counter: "revenue", stripe: 1 });
  const first = await journal.batch(sql, [{ from: payer, to: revenue }]);
  const [lost] = await sql`select pg_current_xact_id()::text as xid`;
  const before = await page("");
  const second = await journal.batch(sql, [{ from: payer, to: revenue }]);
  await sql`update changes set xid = ${lost?.["xid"]}::text::xid8
    where org_id = ${journal.orgId} and ${second[0] ?? ""} = any(operations)`;
  const after = await page(before.nextToken);
  expect([before.ids, after.ids]).toEqual([first, second]);
  expect((await page(after.nextToken)).ids).toEqual([]);
});

it("skips nothing where PostgreSQL crashes while a page asks what has ended", async () => {
  const [early, late] = (await accounts(2)) as [TestAccount, TestAccount];
  const [one, other] = [
    await journal.account({ counter: "revenue", stripe: 1 }),
    await journal.account({ counter: "revenue", stripe: 2 }),
  ];
  const first = await journal.batch(sql, [{ from: early, to: one }]);
  const start = await page("");
  // Given out and lost with the crash, so that they are given out again.
  const lost: string[] = [];
  for (let each = 0; each < 2; each += 1)
    lost.push((await sql`select pg_current_xact_id()::text as xid`)[0]?.["xid"]);
  const bookedAs = async (xid: string | undefined, from: TestAccount, to: TestAccount) => {
    const ids = await journal.batch(sql, [{ from, to }]);
    await sql`update changes set xid = ${xid ?? ""}::text::xid8
      where org_id = ${journal.orgId} and ${ids[0] ?? ""} = any(operations)`;
    return ids;
  };
  let [isCrashed, second] = [false, [] as string[]];
  const crash = async () => {
    isCrashed = true;
    second = await bookedAs(lost[1], early, one);
  };
  const crashing = behind(database, "pg_current_snapshot", crash);
  const asked = { ...bounds, orgId: journal.orgId, filter: {} };
  const { transfers, nextToken } = await new FollowedTransfers(crashing).page({
    ...asked,
    token: start.nextToken,
  });
  const brought = await bookedAs(lost[0], late, other);
  const after = await page(nextToken);
  const answered = [...transfers.map(({ id }) => id), ...after.ids];
  expect([isCrashed, start.ids, [...answered].sort()]).toEqual([true, first, [...second, ...brought].sort()]);
});

it("answers nothing of an organization while it has a change that another server numbered", async () => {
  const [payer] = (await accounts(1)) as [TestAccount];
  const revenue = await journal.account({ counter: "revenue", stripe: 1 });
  await journal.batch(sql, [{ from: payer, to: revenue }]);
  const { nextToken } = await page("");
  const [id] = await journal.batch(sql, [{ from: payer, to: revenue }]);
  await sql`update changes set xid = '4000000000000' where org_id = ${journal.orgId} and ${id ?? ""} = any(operations)`;
  for (const token of ["", nextToken])
    await expect(page(token)).rejects.toThrow(/4000000000000.* `tallystick migrate`/);
});

/** The same database, on which something happens right behind a statement. */
function behind(whole: Database, part: string, happens: () => Promise<void>): Database {
  const orm = (signal?: AbortSignal) =>
    new Proxy(whole.orm(signal), {
      get(target, name) {
        if (name !== "execute") return Reflect.get(target, name);
        return async (query: Parameters<Orm["execute"]>[0]) => {
          const rows = await target.execute(query);
          const { queryChunks = [] } = query as { queryChunks?: readonly { value?: readonly string[] }[] };
          if (queryChunks.some(({ value }) => value?.join("").includes(part))) await happens();
          return rows;
        };
      },
    });
  return { ...whole, orm };
}
