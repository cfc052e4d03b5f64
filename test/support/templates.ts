import { migrate } from "../../src/store/driver/migrate.ts";
import { makeFrontierTables } from "../import/frontier-tables.ts";
import { createDatabase, type Template, type TestDatabase, templateVariable } from "./database.ts";

const fills: Record<Template, (url: string) => Promise<void>> = {
  migrated: migrate,
  frontier: makeFrontierTables,
};

/** Makes every template, for the global set-up. Nobody stays connected, or PostgreSQL would refuse to copy them. */
export async function makeTemplates(): Promise<TestDatabase[]> {
  return Promise.all(
    Object.entries(fills).map(async ([template, fill]) => {
      const database = await createDatabase("empty");
      await fill(database.url);
      process.env[templateVariable(template as Template)] = database.name;
      return database;
    }),
  );
}
