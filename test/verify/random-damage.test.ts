import postgres, { type Sql } from "postgres";
import { socketHost } from "../../src/embedded/connection.ts";
import { Audit } from "../../src/store/audit/audit.ts";
import { type Database, openDatabase } from "../../src/store/driver/database.ts";
import { startLedger, type TestLedger } from "../support/ledger.ts";
import { Random, seedOf } from "../workload/random.ts";
import { type Column, columns, damageCell, noBooks, tables, untold } from "./cells.ts";
import { makeRandomHistory } from "./random-history.ts";

/** Cells of each column that are damaged, one at a time, and how often that is tried where the database refuses. */
const cellsOfColumn = 3;
const triesMax = 15;

const random = new Random(seedOf("random damage"));
let test: TestLedger;
let database: Database;
let audit: Audit;
let orgId: string;
let sql: Sql;
beforeAll(async () => {
  test = await startLedger();
  database = openDatabase(test.url);
  audit = new Audit(database);
  orgId = await makeRandomHistory(test, random);
  sql = postgres(test.url, { ...socketHost(test.url), max: 1, onnotice: () => undefined });
  await sql`set session_replication_role = replica`;
});
afterAll(async () => {
  await sql.end();
  await database.close();
  await test.stop();
});

const nameOf = ({ table, name }: Column) => `${table}.${name}`;
const [told, notTold] = [false, true].map((isListed) =>
  columns
    .filter((column) => nameOf(column) in untold === isListed)
    .map((column) => [nameOf(column), column] as const),
);

/** Damages a cell of a column and mends it; what became of it. */
async function damage(column: Column): Promise<{ what: string; outcome: "refused" | "named" | "missed" }> {
  const { what, mend } = await damageCell(sql, { column, orgId, random });
  if (mend === undefined) return { what, outcome: "refused" };
  const { violationCount } = await audit.run({ orgId });
  await mend();
  return { what, outcome: violationCount > 0 ? "named" : "missed" };
}

describe("of what was done at random", () => {
  it("nothing is wrong, and something of every kind is there", async () => {
    const report = await audit.run({ orgId });
    expect(report.violations).toEqual([]);
    const kinds = await sql`select distinct kind from operations`;
    expect(kinds.length).toBeGreaterThan(7);
  });

  it("what is listed as no books, or as told by nothing else, is there", () => {
    expect(Object.keys(untold).filter((name) => !columns.map(nameOf).includes(name))).toEqual([]);
    expect(noBooks.filter((name) => !tables.includes(name))).toEqual([]);
  });

  it.each(told ?? [])("any other %s is refused by the database, or named", async (_name, column) => {
    let named = 0;
    for (let tries = 0; tries < triesMax && named < cellsOfColumn; tries += 1) {
      const { what, outcome } = await damage(column);
      if (outcome === "missed") throw new Error(`missed: ${what}`);
      if (outcome === "named") named += 1;
    }
  });

  it.each(notTold ?? [])("another %s can be missed, as it is listed", async (_name, column) => {
    const outcomes: string[] = [];
    while (!outcomes.includes("missed") && outcomes.length < triesMax)
      outcomes.push((await damage(column)).outcome);
    expect(outcomes).toContain("missed");
  });

  it("and nothing is left of it", async () => {
    expect((await audit.run({ orgId })).violations).toEqual([]);
  });
});
