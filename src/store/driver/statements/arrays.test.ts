import { sql } from "drizzle-orm";
import { createDatabase, type TestDatabase } from "../../../../test/support/database.ts";
import { type Database, openDatabase } from "../database.ts";
import { isAmong } from "./arrays.ts";

let created: TestDatabase;
let database: Database;
beforeAll(async () => {
  created = await createDatabase();
  database = openDatabase(created.url);
});
afterAll(async () => {
  await database.close();
  await created.drop();
});

const texts = ["2", 'a "quoted" one', "4"];
const isText = isAmong(sql`n::text`, texts, "text");

it.each([
  ["those that are among others", isText, [2, 4]],
  ["those that are not", sql`not ${isText}`, [1, 3, 5]],
  ["none where there are no others", isAmong(sql`n::text`, [], "text"), []],
])("finds %s", async (_, isWanted, found) => {
  const rows = await database.orm().execute<{ n: number }>(sql`
    select n from generate_series(1, 5) as n where ${isWanted} order by n`);
  expect(rows.map(({ n }) => n)).toEqual(found);
});

it("looks each value up in a hash table", async () => {
  const plan = await database
    .orm()
    .execute(sql`explain select from generate_series(1, 5) as n where ${isText}`);
  expect(JSON.stringify(plan)).toContain("hashed SubPlan");
});
