import type { Sql, TransactionSql } from "postgres";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { withSql } from "../../../test/support/sql.ts";
import { addSpreadCheck, dropCheck, isSpread, readRowChecks } from "./row-checks.ts";

const orgId = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";

let database: TestDatabase;
beforeEach(async () => {
  database = await createDatabase();
});
afterEach(() => database.drop());

/** Citus needs it; any PostgreSQL can do it. */
async function spreadAll(sql: TransactionSql): Promise<string[]> {
  const checks = (await readRowChecks(sql)).filter((check) => !isSpread(check));
  for (const check of checks) {
    await dropCheck(sql, check);
    await addSpreadCheck(sql, check);
  }
  return checks.map(({ constraint }) => constraint);
}

const checksOverRows = (sql: Sql) => sql`
  select conname from pg_constraint where connamespace = 'public'::regnamespace and 0 = any(conkey)`;

async function refusal(sql: Sql, values: string): Promise<string | undefined> {
  const insert = `insert into accounts (org_id, id, counter, currency, version, sequence, held)
    values ('${orgId}', gen_random_uuid(), ${values})`;
  return sql.unsafe(insert).then(
    () => undefined,
    (error) => error.constraint_name,
  );
}

it("over rows become checks over columns that refuse the same, once", async () => {
  await withSql(database.url, async (sql) => {
    await sql`insert into organizations (id, name, display_name) values (${orgId}, 'demo', '')`;
    expect(await checksOverRows(sql)).not.toEqual([]);
    expect(await sql.begin(spreadAll)).toEqual(["accounts_sound", "operations_whole"]);
    expect(await checksOverRows(sql)).toEqual([]);
    expect(await sql.begin(spreadAll)).toEqual([]);
    expect(await refusal(sql, "'revenue', 'A', 0, 0, 0")).toBeUndefined();
    expect(await refusal(sql, "'revenue', 'B', 2, 1, 0")).toBe("accounts_sound");
    expect(await refusal(sql, "'revenue', 'C', 0, 0, 1")).toBe("accounts_sound");
    expect(await refusal(sql, "null, 'D', 0, 0, 0")).toBe("accounts_sound");
  });
});

it("follow the function over the row when a later version changes it", async () => {
  await withSql(database.url, async (sql) => {
    await sql`insert into organizations (id, name, display_name) values (${orgId}, 'demo', '')`;
    await sql.begin(spreadAll);
    await sql.unsafe(`create or replace function is_sound(a accounts) returns boolean immutable language plpgsql as
      $$ begin return a.stripe = 0 and a.currency <> 'XXX'; end $$`);
    expect(await sql.begin(spreadAll)).toEqual(["accounts_sound"]);
    expect(await sql.begin(spreadAll)).toEqual([]);
    expect(await refusal(sql, "'revenue', 'XXX', 0, 0, 0")).toBe("accounts_sound");
    expect(await refusal(sql, "'revenue', 'VC', 2, 1, 0")).toBeUndefined();
  });
});

it("are all that look at whole rows: no other check does", async () => {
  await withSql(database.url, async (sql) => {
    const checks = await sql.begin(readRowChecks);
    const names = (await checksOverRows(sql)).map(({ conname }) => conname).sort();
    expect(names).toEqual(checks.map(({ constraint }) => constraint));
  });
});
