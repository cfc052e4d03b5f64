import { readFileSync } from "node:fs";
import { getTableColumns } from "drizzle-orm";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { withSql } from "../../../test/support/sql.ts";
import { Random, seedOf } from "../../../test/workload/random.ts";
import { operations } from "../schema.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

type Row = Readonly<Record<string, string | number | null>>;

const uuid = (place: number) => `018f7d3c-2b6a-7cc1-9f3e-00000000000${place}`;
const columns = Object.values(getTableColumns(operations)).map(({ name }) => name);
const side = (prefix: "from" | "to", cells: Row): Row =>
  Object.fromEntries(Object.entries(cells).map(([name, cell]) => [`${prefix}_${name}`, cell]));
const time = "2026-01-02T03:04:05Z";
const totals = { version: 1, sequence: 1, at: time, funded: 5, spent: 1 };
const ofCustomer = { ...totals, customer_id: uuid(1), withdrawn: 0, held: 0, minimum: 0 };
const ofCounter = { ...totals, counter: "revenue" };
const payer = side("from", { ...ofCustomer, account_id: uuid(2) });
const hold = { hold_id: uuid(7), held_change: 1, hold_captured: 0, hold_remaining: 1 };
const held = { ...hold, hold_state: "active", hold_expires_at: time };
const toCounter = side("to", { ...ofCounter, account_id: uuid(3) });
const toCustomer = side("to", { ...ofCustomer, account_id: uuid(4) });
const fromCounter = side("from", { ...ofCounter, account_id: uuid(5) });
const returning = { refers_to: uuid(6), returned: 2 };

/** A row of each kind, as it may be. */
const whole: readonly Row[] = [
  { kind: "charge", ...payer, ...toCounter },
  { kind: "charge", amount: 0, ...payer },
  { kind: "transfer", ...payer, ...toCustomer },
  { kind: "credit", ...fromCounter, ...toCustomer },
  { kind: "adjustment", ...payer, ...toCounter },
  { kind: "refund", ...fromCounter, ...toCustomer, ...returning },
  { kind: "reversal", ...payer, ...toCounter, ...returning },
  { kind: "capture", ...payer, ...toCounter, ...held },
  { kind: "hold", id: uuid(7), ...payer, ...held },
  { kind: "release", amount: 0, ...payer, ...held, hold_state: "released", hold_remaining: 0 },
].map((row) => ({ id: uuid(0), amount: 1, ...row }));

/** Cells of other rows, others of the same kind, or none, in the place of some. */
function spoiled(random: Random, row: Row): Row {
  const cells = { ...row };
  for (let left = random.below(4); left > 0; left -= 1) {
    const name = random.pick(columns) ?? "";
    const others = whole.map((other) => other[name] ?? null);
    const own = /_id$/.test(name)
      ? [uuid(2), uuid(3)]
      : /amount|hold_|returned/.test(name)
        ? ["0", "-1"]
        : [];
    const isText = /^(hold_state|hold_expires_at)$/.test(name);
    cells[name] = random.pick([null, ...others, ...(isText ? [] : own)]) ?? null;
  }
  return cells;
}

/** What the first rules of a row and those of now say of each. */
function judged(rows: readonly Row[]): Promise<readonly { was: boolean | null; is: boolean | null }[]> {
  return withSql(database.url, async (sql) => {
    const journal = readFileSync(new URL("../migrations/0000_journal.sql", import.meta.url), "utf8");
    const first = /create function is_whole(\(.*?\nend \$\$;)/s.exec(journal)?.[1];
    await sql.unsafe(`create or replace function was_whole${first}`);
    return [
      ...(await sql<{ was: boolean | null; is: boolean | null }[]>`
        select was_whole(o) as was, is_whole(o) as is
        from jsonb_array_elements(${JSON.stringify(rows)}::text::jsonb) with ordinality as given (cells, place)
        cross join lateral jsonb_populate_record(null::operations, cells) as o order by place`),
    ];
  });
}

it("is as strict as when the journal began, whatever a row is", async () => {
  const random = new Random(seedOf("whole rows"));
  expect(await judged(whole)).toEqual(whole.map(() => ({ was: true, is: true })));
  const rows = Array.from({ length: 20_000 }, () => spoiled(random, random.pick(whole) ?? {}));
  const found = await judged(rows);
  const changed = rows.filter((_, index) => found[index]?.was !== found[index]?.is);
  expect(changed).toEqual([]);
  const wrong = found.filter(({ was }) => was !== true).length;
  expect(wrong).toBeGreaterThan(rows.length / 4);
  expect(wrong).toBeLessThan((rows.length * 3) / 4);
});
