import { readFileSync } from "node:fs";
import postgres, { type Sql } from "postgres";
import { socketHost } from "../../src/embedded/connection.ts";
import { Audit, invariants } from "../../src/store/audit/audit.ts";
import { type Database, openDatabase } from "../../src/store/driver/database.ts";
import { startLedger, type TestLedger } from "../support/ledger.ts";
import { Random, seedOf } from "../workload/random.ts";
import { Books } from "./books.ts";
import { covered, damages } from "./damages.ts";
import { historyAccounts, historyEntries, makeHistory } from "./history.ts";
import { makeRandomHistory } from "./random-history.ts";

let test: TestLedger;
let database: Database;
let audit: Audit;
beforeAll(async () => {
  test = await startLedger();
  database = openDatabase(test.url);
  audit = new Audit(database);
});
afterAll(async () => {
  await database.close();
  await test.stop();
});

describe("a sound ledger", () => {
  it("that is empty is clean", async () => {
    expect(await audit.run()).toEqual({ violations: [], violationCount: 0, accounts: 0, entries: 0 });
  });

  it("is clean at every moment while many write", async () => {
    const seed = seedOf("verify");
    let isWriting = true;
    const writing = Promise.all(
      [1, 2, 3].map((writer) => makeRandomHistory(test, { random: new Random(seed + writer), rounds: 20 })),
    ).finally(() => {
      isWriting = false;
    });
    const entries: number[] = [];
    while (isWriting) {
      const report = await audit.run();
      expect(report.violations).toEqual([]);
      entries.push(report.entries);
    }
    await writing;
    expect(new Set(entries).size).toBeGreaterThan(1);
    expect((await audit.run()).violations).toEqual([]);
  });
});

describe("found and named is that", () => {
  let orgId: string;
  let sql: Sql;
  let books: Books;
  beforeAll(async () => {
    const tenant = await test.tenant();
    orgId = tenant.orgId;
    await makeHistory(test.url, tenant);
    sql = postgres(test.url, { ...socketHost(test.url), max: 1, onnotice: () => undefined });
    books = await Books.keep(sql, orgId);
  });
  afterEach(() => books.restore());
  afterAll(() => sql.end());

  it("nothing, where nothing is damaged", async () => {
    const report = await audit.run({ orgId });
    const looked = { accounts: historyAccounts, entries: historyEntries };
    expect(report).toEqual({ violations: [], violationCount: 0, ...looked });
  });

  it.each(Object.entries(damages))("%s", async (_what, { statement, breaks }) => {
    await books.damage(statement);
    const { violations, violationCount } = await audit.run({ orgId });
    expect([...new Set(violations.map(({ invariant }) => invariant))].sort()).toEqual([...breaks].sort());
    expect(violations.length).toBe(violationCount);
    for (const violation of violations) {
      expect(violation.orgId).toBe(orgId);
      expect(violation.description).toMatch(/\w/);
    }
  });

  it("and nothing that is checked goes without a damage here, or without a word in the docs", () => {
    const found = new Set(Object.values(damages).flatMap(({ breaks }) => breaks));
    expect([...found].sort()).toEqual([...invariants].sort());
    const docs = readFileSync("docs/operating/verify.md", "utf8");
    expect(invariants.filter((name) => !docs.includes(`| \`${name}\` |`))).toEqual([]);
  });

  it("and each rule is missed: it alone names a damage, or it is listed with those that do so with it", () => {
    const named = Object.values(damages).map(({ breaks }) => breaks);
    const alone = new Set(named.flatMap((breaks) => (breaks.length === 1 ? breaks : [])));
    expect(invariants.filter((name) => !alone.has(name)).sort()).toEqual(Object.keys(covered).sort());
    for (const [name, { by }] of Object.entries(covered)) {
      const others = named.filter((breaks) => breaks.includes(name));
      expect(others.filter((breaks) => !breaks.some((each) => by.includes(each)))).toEqual([]);
    }
  });

  it("and of very many the first thousand, with their number", async () => {
    await books.damage(
      `insert into holds select $1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'USD', 1, 1, 0, 'captured',
        now(), 'release', now() from generate_series(1, 1500)`,
    );
    const { violations, violationCount } = await audit.run({ orgId });
    expect({ listed: violations.length, violationCount }).toEqual({ listed: 1_000, violationCount: 1_500 });
  });
});
