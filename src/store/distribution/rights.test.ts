import { readFileSync } from "node:fs";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { withSql } from "../../../test/support/sql.ts";
import { grantsTo, requireRights } from "./rights.ts";

let database: TestDatabase;
let role: string;
beforeAll(async () => {
  database = await createDatabase();
  role = `Serving ${database.name}`;
  await withSql(database.url, (sql) => sql`create role ${sql(role)} login`);
});
afterAll(async () => {
  await withSql(database.url, (sql) => sql.unsafe(`drop owned by "${role}"; drop role "${role}"`));
  await database.drop();
});

const refusal = () => {
  const url = new URL(database.url);
  url.username = role;
  return withSql(url.href, requireRights).then(
    () => undefined,
    (error) => error.message,
  );
};

it("are named where a role lacks them, in statements that give them", async () => {
  const message = await refusal();
  expect(message).toMatch(
    /^The database cannot be distributed: role "Serving \w+" is not the owner [^\n]*\.$/,
  );
  const statements = [...message.matchAll(/`([^`]+)`/g)].map(([, statement]) => statement);
  expect(statements).toEqual(grantsTo(`"${role}"`));
  await withSql(database.url, (sql) => sql.unsafe(statements.join(";")));
  expect(await refusal()).toBeUndefined();
  await withSql(database.url, (sql) =>
    sql.unsafe(`revoke update on holds from "${role}"; revoke update on sequence clock_ms from "${role}"`),
  );
  expect(await refusal()).toMatch(
    /run `grant update on sequence clock_ms to "[^"]*"`; `grant update on table holds to "[^"]*"`\.$/,
  );
});

it("are those of the docs", () => {
  const page = readFileSync("docs/operating/distributed.md", "utf8");
  expect(page).toContain(`${grantsTo("serving").join(";\n")};\n`);
});
