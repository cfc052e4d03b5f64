import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { withSql } from "../../../test/support/sql.ts";
import { migrateAndDistribute } from "./distribute.ts";
import { CannotDistribute } from "./requirements.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createDatabase("empty");
});
afterEach(() => database.drop());

it("leaves a database alone that belongs to no Citus, and says what to do", async () => {
  const refused = migrateAndDistribute(database.url);
  await expect(refused).rejects.toThrow(CannotDistribute);
  await expect(refused).rejects.toThrow(/no (Citus\. Install|extension citus\. As a superuser)/);
  const tables = await withSql(
    database.url,
    (sql) => sql`select from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  );
  expect([...tables]).toEqual([]);
});
