import type { Sql } from "postgres";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { takeForDistributed } from "../../../test/support/distributed.ts";
import { openDatabase } from "../driver/database.ts";
import { FollowedTransfers } from "./followed-transfers.ts";
import { connectTo, Gate, type TestAccount, TestJournal } from "./journal.fixture.ts";

let created: TestDatabase;
let sql: Sql;
let journal: TestJournal;
let revenues: TestAccount[];

beforeEach(async () => {
  created = await createDatabase();
  sql = connectTo(created.url);
  journal = await TestJournal.create(sql);
  revenues = [];
  for (const stripe of [0, 1]) revenues.push(await journal.account({ counter: "revenue", stripe }));
});
afterEach(async () => {
  await sql.end();
  await created.drop();
});

/** A page of what an instance reads that has connected now. */
async function page(token: string, rowsMax = 100) {
  const database = openDatabase(created.url);
  const bounds = { rowsMax, bytesMax: 1_000_000, bytesOf: () => 1_000 };
  const { orgId } = journal;
  const page = await new FollowedTransfers(database).page({ ...bounds, orgId, filter: {}, token });
  await database.close();
  return { ids: page.transfers.map(({ id }) => id), nextToken: page.nextToken };
}

/** Books so many charges of one customer in a transaction. */
async function booked(count: number, stripe = 0, how: { by?: Sql; pause?: () => Promise<void> } = {}) {
  const from = await journal.account({ customerId: await journal.customer() });
  const to = revenues[stripe] as TestAccount;
  const { by = sql, ...more } = how;
  return journal.batch(
    by,
    Array.from({ length: count }, () => ({ from, to })),
    more,
  );
}

it("goes on with tokens from before the database was distributed: between pages, inside one, and of what still ran", async () => {
  const other = connectTo(created.url);
  const [begun, end] = [new Gate(), new Gate()];
  const pause = () => {
    begun.open();
    return end.isOpen;
  };
  const running = booked(1, 1, { by: other, pause });
  await begun.isOpen;
  const first = await booked(3);
  const inside = await page("", 2);
  const between = await page("");
  expect([inside.ids, between.ids]).toEqual([first.slice(0, 2), first]);
  end.open();
  const late = await running;
  await other.end();
  const second = await booked(1);
  const empty = await page((await page(between.nextToken)).nextToken);
  expect(empty.ids).toEqual([]);

  await takeForDistributed(created.url);
  const third = await booked(1);
  const fourth = await booked(2);
  const since = [...late, ...second, ...third, ...fourth];
  expect((await page(between.nextToken)).ids).toEqual(since);
  const rest = await page(inside.nextToken);
  expect(rest.ids).toEqual(first.slice(2));
  expect((await page(rest.nextToken)).ids).toEqual(since);
  const newest = await page(empty.nextToken);
  expect(newest.ids).toEqual([...third, ...fourth]);
  expect((await page(newest.nextToken)).ids).toEqual([]);
});
