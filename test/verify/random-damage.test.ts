import postgres, { type Sql } from "postgres";
import { socketHost } from "../../src/embedded/connection.ts";
import { Audit } from "../../src/store/audit/audit.ts";
import { type Database, openDatabase } from "../../src/store/driver/database.ts";
import { startLedger, type TestLedger } from "../support/ledger.ts";
import { Random, seedOf } from "../workload/random.ts";
import { Books } from "./books.ts";
import { columns, damageCell, untold } from "./cells.ts";
import { makeRandomHistory } from "./random-history.ts";

/** Cells of each column that are damaged, one at a time. */
const cellsOfColumn = 3;

const random = new Random(seedOf("random damage"));
let test: TestLedger;
let database: Database;
let audit: Audit;
let orgId: string;
let sql: Sql;
let books: Books;
beforeAll(async () => {
  test = await startLedger();
  database = openDatabase(test.url);
  audit = new Audit(database);
  orgId = await makeRandomHistory(test, random);
  sql = postgres(test.url, { ...socketHost(test.url), max: 1, onnotice: () => undefined });
  books = await Books.keep(sql);
});
afterAll(async () => {
  await sql.end();
  await database.close();
  await test.stop();
});

const nameOf = ({ table, name }: (typeof columns)[number]) => `${table}.${name}`;

describe("of what was done at random", () => {
  it("nothing is wrong, and something of every kind is there", async () => {
    const report = await audit.run({ orgId });
    expect(report.violations).toEqual([]);
    const kinds = await sql`select distinct kind from operations`;
    expect(kinds.length).toBeGreaterThan(7);
  });

  it("what nothing else tells is listed, and nothing that is not there", () => {
    const names = columns.map(nameOf);
    expect(Object.keys(untold).filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(columns.filter((column) => !(nameOf(column) in untold)).map((column) => [nameOf(column), column]))(
    "any other %s is refused by the database, or named",
    async (_name, column) => {
      for (let damaged = 0; damaged < cellsOfColumn; damaged += 1) {
        const { what, isRefused } = await damageCell(sql, { column, orgId, random });
        if (isRefused) continue;
        const { violationCount } = await audit.run({ orgId });
        await books.restore();
        expect({ what, isNamed: violationCount > 0 }).toEqual({ what, isNamed: true });
      }
    },
  );
});
