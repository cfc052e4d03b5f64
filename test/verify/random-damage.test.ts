import postgres, { type Sql } from "postgres";
import { socketHost } from "../../src/embedded/connection.ts";
import { Audit } from "../../src/store/audit/audit.ts";
import { type Database, openDatabase } from "../../src/store/driver/database.ts";
import { startLedger, type TestLedger } from "../support/ledger.ts";
import { Random, seedOf } from "../workload/random.ts";
import { type Column, columns, type DamagedCell, damageCell, noBooks, tables, untold } from "./cells.ts";
import { makeRandomHistory } from "./random-history.ts";

/** Histories, each of an organization's own, of which each has one cell damaged at a time. */
const histories = 3;
const rounds = 15;
/** How often cells of a column are damaged until one is not refused by the database, or one is missed where that is listed. */
const [triesMax, missesMax] = [5, 50];

const random = new Random(seedOf("random damage"));
let test: TestLedger;
let database: Database;
let audit: Audit;
const orgIds: string[] = [];
let sql: Sql;
beforeAll(async () => {
  test = await startLedger();
  database = openDatabase(test.url);
  audit = new Audit(database);
  for (let n = 0; n < histories; n += 1) orgIds.push(await makeRandomHistory(test, { random, rounds }));
  sql = postgres(test.url, { ...socketHost(test.url), max: 1, onnotice: () => undefined });
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

interface Damage {
  readonly what: string;
  readonly outcome: "refused" | "named" | "missed";
}

/** Damages a cell of a column in every history, and mends them; what became of each. */
async function damage(column: Column): Promise<Damage[]> {
  const cells: (DamagedCell & { orgId: string })[] = [];
  for (const orgId of orgIds) cells.push({ orgId, ...(await damageCell(sql, { column, orgId, random })) });
  const named = cells.some(({ mend }) => mend !== undefined) ? await damaged() : new Set();
  for (const { mend } of cells) await mend?.();
  return cells.map(({ what, mend, orgId }) => {
    const isNamed = named.has(orgId);
    return { what, outcome: mend === undefined ? "refused" : isNamed ? "named" : "missed" };
  });
}

/** The organizations in which something is wrong. */
async function damaged(): Promise<ReadonlySet<string>> {
  const { violations, violationCount } = await audit.run();
  if (violations.length === violationCount) return new Set(violations.map(({ orgId }) => orgId));
  const counts = await Promise.all(orgIds.map(async (orgId) => (await audit.run({ orgId })).violationCount));
  return new Set(orgIds.filter((_, index) => (counts[index] ?? 0) > 0));
}

describe("of what was done at random", () => {
  it("nothing is wrong, and something of every kind is there", async () => {
    const report = await audit.run();
    expect(report.violations).toEqual([]);
    const kinds = await sql`select distinct kind from operations`;
    expect(kinds.length).toBeGreaterThan(7);
  });

  it("what is listed as no books, or as told by nothing else, is there", () => {
    expect(Object.keys(untold).filter((name) => !columns.map(nameOf).includes(name))).toEqual([]);
    expect(noBooks.filter((name) => !tables.includes(name))).toEqual([]);
  });

  it.each(told ?? [])("any other %s is refused by the database, or named", async (_name, column) => {
    const outcomes = new Set<string>();
    for (let tries = 0; tries < triesMax && !outcomes.has("named"); tries += 1) {
      const damages = await damage(column);
      expect(damages.filter(({ outcome }) => outcome === "missed")).toEqual([]);
      for (const { outcome } of damages) outcomes.add(outcome);
    }
  });

  it.each(notTold ?? [])("another %s can be missed, as it is listed", async (_name, column) => {
    const outcomes = new Set<string>();
    for (let tries = 0; tries < missesMax && !outcomes.has("missed"); tries += 1)
      for (const { outcome } of await damage(column)) outcomes.add(outcome);
    expect(outcomes).toContain("missed");
  });

  it("and nothing is left of it", async () => {
    expect((await audit.run()).violations).toEqual([]);
  });
});
