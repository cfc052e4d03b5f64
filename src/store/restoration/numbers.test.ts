import { randomBytes } from "node:crypto";
import type { Sql } from "postgres";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { takeForDistributed } from "../../../test/support/distributed.ts";
import { rowsRead } from "../../../test/support/rows-read.ts";
import { FollowedTransfers } from "../books/followed-transfers.ts";
import { connectTo, type TestAccount, TestJournal } from "../books/journal.fixture.ts";
import { openDatabase } from "../driver/database.ts";
import { migrate } from "../driver/migrate.ts";
import { grantsTo } from "../rights/rights.ts";

/** Far above what the server of the tests comes to. */
const far = 1_000_000_000_000n;

let created: TestDatabase;
let sql: Sql;
let journal: TestJournal;
let payer: TestAccount;
let revenue: TestAccount;

beforeEach(async () => {
  created = await createDatabase();
  sql = connectTo(created.url);
  journal = await TestJournal.create(sql);
  payer = await journal.account({ customerId: await journal.customer() });
  revenue = await journal.account({ counter: "revenue" });
  await migrate(created.url);
});
afterEach(async () => {
  await sql.end();
  await created.drop();
});

async function book(count = 1): Promise<string[]> {
  const ids: string[] = [];
  for (let each = 0; each < count; each += 1)
    ids.push(...(await journal.batch(sql, [{ from: payer, to: revenue }])));
  return ids;
}

async function page(token: string) {
  const database = openDatabase(created.url);
  const bounds = { rowsMax: 100, bytesMax: 1_000_000, bytesOf: () => 1_000 };
  const asked = { ...bounds, orgId: journal.orgId, filter: {}, token };
  try {
    const { transfers, nextToken } = await new FollowedTransfers(database).page(asked);
    return { ids: transfers.map(({ id }) => id), nextToken };
  } finally {
    await database.close();
  }
}

async function one<T>(query: string): Promise<T> {
  const [row] = await sql.unsafe(query).values();
  return row?.[0] as T;
}

const xids = async () => (await sql`select xid::text from changes order by position`).map(({ xid }) => xid);
const beginEpoch = () => sql`update epochs set id = gen_random_uuid()`;

/** Leaves the database as a dump does that is restored on a server which has come less far. */
async function restore(xidOf = "xid::text::bigint + 1000000000000"): Promise<void> {
  await sql.unsafe(`update changes set xid = (${xidOf})::text::xid8`);
  await beginEpoch();
}

describe("changes that another server numbered", () => {
  it("are answered from the first page on, in their order, and once", async () => {
    const restored = await book(3);
    // In another order than their positions have.
    await restore(`${far} - xid::text::bigint`);
    await migrate(created.url);
    const first = await page("");
    expect(first.ids).toEqual(restored);
    const since = await book(2);
    const next = await page(first.nextToken);
    expect(next.ids).toEqual(since);
    expect((await page(next.nextToken)).ids).toEqual([]);
  });

  it("are answered also where a transaction runs that has the number of one of them", async () => {
    const restored = await book(3);
    const other = connectTo(created.url);
    await other`begin`;
    const [running] = await other`select pg_current_xact_id()::text as xid`;
    await restore(`case when position = (select min(position) from changes) then ${running?.["xid"]}
      else ${far} + position end`);
    await migrate(created.url);
    const first = await page("");
    await other`rollback`;
    await other.end();
    expect(first.ids).toEqual(restored);
    expect((await page(first.nextToken)).ids).toEqual([]);
  });

  it("have whoever followed them in this life of the database begin anew", async () => {
    const own = await book();
    const { nextToken } = await page("");
    const foreign = await book();
    await sql`update changes set xid = ${String(far)}::text::xid8 where ${foreign[0] ?? ""} = any(operations)`;
    await sql`update epochs set numbered_in = null`;
    await migrate(created.url);
    await expect(page(nextToken)).rejects.toMatchObject({ refusal: { reason: "INVALID_FIELDS" } });
    expect((await page("")).ids).toEqual([...own, ...foreign]);
  });

  it("are put right by ten that start at once, while somebody books", async () => {
    const restored = await book(3);
    await restore();
    const starting = Promise.all(Array.from({ length: 10 }, () => migrate(created.url)));
    const since = await book(5);
    await starting;
    expect((await page("")).ids).toEqual([...restored, ...since]);
  });

  it("are looked for once in a life of the database", async () => {
    await book();
    await sql`update changes set xid = ${String(far)}::text::xid8`;
    await migrate(created.url);
    expect(await xids()).toEqual([String(far)]);
    await beginEpoch();
    await migrate(created.url);
    expect(await xids()).toEqual(["3"]);
  });

  it("keep their numbers where the database has Citus", async () => {
    await book();
    await restore();
    const before = await xids();
    await takeForDistributed(created.url);
    await migrate(created.url);
    expect(await xids()).toEqual(before);
  });

  it("are looked for again where the database had Citus meanwhile", async () => {
    await takeForDistributed(created.url);
    await migrate(created.url);
    await book();
    await sql`update changes set xid = ${String(far)}::text::xid8`;
    await sql`set allow_system_table_mods = on`;
    await sql`drop table pg_catalog.pg_dist_partition`;
    await migrate(created.url);
    expect(await xids()).toEqual(["3"]);
  });
});

describe("a ledger of this server's own numbers", () => {
  it("keeps them, its positions, and the tokens of whoever follows", async () => {
    const first = await book(2);
    const { ids, nextToken } = await page("");
    const before = [await xids(), await one("select last_value from positions")];
    await sql`update epochs set numbered_in = null`;
    await migrate(created.url);
    expect([await xids(), await one("select last_value from positions")]).toEqual(before);
    const since = await book();
    expect([ids, (await page(nextToken)).ids]).toEqual([first, since]);
  });

  it("looks at the newest change of each organization alone, however many there are", async () => {
    await book();
    await sql.unsafe(`insert into changes (org_id, xid, position, at, operations)
      select org_id, '3', 1000000 + n, at, operations from changes cross join generate_series(1, 20000) as n`);
    await sql`analyze changes`;
    await sql`update epochs set numbered_in = null`;
    const before = await rowsRead(created.url, "changes");
    await migrate(created.url);
    expect((await rowsRead(created.url, "changes")) - before).toBeLessThan(10);
  });

  it("has an empty one start at the first position", async () => {
    await beginEpoch();
    await migrate(created.url);
    expect(await one("select nextval('positions')")).toBe("1");
  });
});

it.each([
  ["is behind them", "5000000", "select setval('positions', 1)"],
  ["has not begun", "1", "alter sequence positions restart"],
])(
  "positions go on behind those that are there where their sequence %s",
  async (_how, position, sequence) => {
    await book();
    await sql`update changes set position = ${position}::text::bigint`;
    await sql.unsafe(sequence);
    await beginEpoch();
    await migrate(created.url);
    expect(BigInt(await one<string>("select nextval('positions')"))).toBeGreaterThan(BigInt(position));
  },
);

describe("a role that serves and does not own the tables", () => {
  const role = `reads_${randomBytes(8).toString("hex")}`;
  const url = () => {
    const as = new URL(created.url);
    as.searchParams.set("options", `-c role=${role}`);
    return as.href;
  };
  beforeEach(() => sql.unsafe(`create role ${role}; ${grantsTo(role).join("; ")}`));
  afterEach(() => sql.unsafe(`drop owned by ${role}; drop role ${role}`));

  it("is refused where something is to be put right, and told who may", async () => {
    await book();
    await restore();
    await expect(migrate(url())).rejects.toThrow(/another server numbered.*`tallystick migrate`.*owner/);
  });

  it("is refused where positions would be behind those that are there", async () => {
    await book();
    await sql`alter sequence positions restart`;
    await beginEpoch();
    await expect(migrate(url())).rejects.toThrow(/another server numbered/);
  });

  it("starts where nothing is", async () => {
    await book();
    await beginEpoch();
    await migrate(url());
  });

  it("starts where the database has Citus, whose numbers are right wherever they came from", async () => {
    await book();
    await restore();
    await takeForDistributed(created.url);
    await migrate(url());
  });
});

it("a database that takes no changes is left as it is", async () => {
  await book();
  await restore();
  const before = await xids();
  const readOnly = new URL(created.url);
  readOnly.searchParams.set("options", "-c default_transaction_read_only=on");
  await migrate(readOnly.href);
  expect(await xids()).toEqual(before);
});
