import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { takeForDistributed } from "../../../test/support/distributed.ts";
import { withSql } from "../../../test/support/sql.ts";
import { type Database, openDatabase } from "../driver/database.ts";
import { aheadMsMax, ClockBehind, requireServing } from "../driver/serving.ts";
import { newestBatchAhead } from "./newest-batch.ts";

let created: TestDatabase;
let database: Database;
beforeEach(async () => {
  created = await createDatabase();
  await takeForDistributed(created.url);
  database = openDatabase(created.url);
});
afterEach(async () => {
  await database.close();
  await created.drop();
});

describe("newestBatchAhead of a database that may be distributed", () => {
  it("asks no table of organizations, so that no node has to be there", async () => {
    await withSql(created.url, (sql) =>
      sql.begin(async (other) => {
        await other`lock table organizations, changes in access exclusive mode`;
        for (let times = 0; times < 2; times += 1) await requireServing(database, newestBatchAhead);
      }),
    );
  });

  it("tells by how much the clock is behind what it was, until it is there again", async () => {
    await newestBatchAhead(database);
    const dayMs = 86_400_000;
    const turn = (ms: number) =>
      withSql(created.url, (sql) => sql`select setval('clock_ms', last_value + ${ms}) from clock_ms`);
    await turn(dayMs);
    const serving = requireServing(database, newestBatchAhead);
    await expect(serving).rejects.toBeInstanceOf(ClockBehind);
    expect(await newestBatchAhead(database)).toBeGreaterThan(dayMs / 2);
    await turn(-dayMs);
    expect(await newestBatchAhead(database)).toBeLessThanOrEqual(aheadMsMax);
  });
});
