import { readFileSync } from "node:fs";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { withSql } from "../../../test/support/sql.ts";
import { migrate } from "../driver/migrate.ts";
import { grantServing } from "./grant.ts";
import { grantsTo } from "./rights.ts";

let database: TestDatabase;
let role: string;
beforeAll(async () => {
  database = await createDatabase();
  role = `Serving ${database.name}`;
  await asOwner(`create role "${role}" login`);
});
afterAll(async () => {
  await asOwner(`drop owned by "${role}"; drop role "${role}"`);
  await database.drop();
});

const asOwner = (statements: string) => withSql(database.url, (sql) => sql.unsafe(statements));
const messageOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error) => error.message,
  );
const start = () => {
  const url = new URL(database.url);
  url.username = role;
  return messageOf(migrate(url.href));
};
const grant = (to = role) => messageOf(grantServing(database.url, to));

it("are named to a start that lacks them, in statements that give them", async () => {
  const message = await start();
  expect(message).toMatch(
    /^Role "Serving \w+" lacks rights that serving needs: run `tallystick migrate --grant-to 'Serving \w+'` with DATABASE_URL naming the owner of the tables, \w+; or, as that role, `[^\n]*\.$/,
  );
  const [, ...statements] = [...message.matchAll(/`([^`]+)`/g)].map(([, statement]) => statement);
  // PUBLIC has the other one.
  expect(statements).toEqual(grantsTo(`"${role}"`).map((each) => each.replace("drizzle, public", "drizzle")));
  await asOwner(statements.join(";"));
  expect(await start()).toBeUndefined();
  await asOwner(`revoke update on holds from "${role}"; revoke update on sequence clock_ms from "${role}"`);
  expect(await start()).toMatch(
    /role, `grant update on sequence clock_ms to "[^"]*"`; `grant update on table holds to "[^"]*"`\.$/,
  );
});

it("are given all, and no more, and those that are there already need nothing", async () => {
  await asOwner(
    `grant all on all tables in schema public to "${role}"; grant update (source) on operations to "${role}";
      grant all on schema public, drizzle to "${role}"; grant all on sequence positions to "${role}"`,
  );
  expect(await grantServing(database.url, role)).toBe(true);
  expect(await start()).toBeUndefined();
  const changing = await asOwner(`select relname, right_name from pg_class
    cross join unnest(array['update', 'references']) as right_name
    where relname in ('operations', 'changes', 'acts', 'platform_acts', 'epochs') and relkind = 'r'
      and has_any_column_privilege('${role}', oid, right_name)`);
  expect([...changing]).toEqual([]);
  expect(await grantServing(database.url, role)).toBe(false);
});

it("on a column are taken, too, where serving does not need them", async () => {
  await asOwner(`grant update (amount), references (id) on operations to "${role}"`);
  expect(await grantServing(database.url, role)).toBe(true);
  expect(await grantServing(database.url, role)).toBe(false);
  await asOwner("grant update (amount) on operations to public");
  expect(await grant()).toMatch(/^Role "Serving \w+" may update operations, as PUBLIC or as a member/);
  await asOwner("revoke update (amount) on operations from public");
});

it("are given to nobody who may change the journal all the same", async () => {
  expect(await grant("nobody there")).toMatch(
    /^There is no role "nobody there": .*`create role "nobody there" /,
  );
  const owner = decodeURIComponent(new URL(database.url).username);
  expect(await grant(owner)).toMatch(/^Role \w+ is a superuser, or a member of such a role, and may change/);
  await asOwner("grant delete on acts to public");
  expect(await grant()).toMatch(
    /^Role "Serving \w+" may delete acts, as PUBLIC or as a member of another role/,
  );
  await asOwner("revoke delete on acts from public");
});

it.each<[string, RegExp, (able: string) => string]>([
  [
    "owns the database, to whose owner public belongs",
    / is the owner of the database and the owner of the schema public, or a member of such a role/,
    (able) => `alter database ${database.name} owner to ${able}`,
  ],
  [
    "owns a schema",
    / is the owner of the schema drizzle, /,
    (able) => `alter schema drizzle owner to ${able}`,
  ],
  ["may create roles", / is one with CREATEROLE, /, (able) => `alter role ${able} createrole`],
  ["is a superuser", / is a superuser, /, (able) => `alter role ${able} superuser`],
  ["reaches the server", / is pg_write_server_files, /, (able) => `grant pg_write_server_files to ${able}`],
  [
    "may change the journal",
    / may update operations, as PUBLIC or as a /,
    (able) => `grant update on operations to ${able}`,
  ],
  [
    "may create tables",
    / may create on schema public, as /,
    (able) => `grant create on schema public to ${able}`,
  ],
  [
    "may number anew",
    / may update on sequence positions, as /,
    (able) => `grant update on sequence positions to ${able}`,
  ],
])("are given to no member of a role that %s, though it inherits nothing", async (_, refusal, make) => {
  const owner = decodeURIComponent(new URL(database.url).username);
  const able = `"able ${role}"`;
  await asOwner(
    `create role ${able}; alter role "${role}" noinherit; grant ${able} to "${role}"; ${make(able)}`,
  );
  try {
    // CREATEROLE of later versions gives no other roles.
    const [version] = await asOwner("select current_setting('server_version_num')::int as number");
    const isRefused = version?.["number"] < 160_000 || !refusal.source.includes("CREATEROLE");
    expect(await grant()).toEqual(isRefused ? expect.stringMatching(refusal) : undefined);
  } finally {
    await asOwner(`alter database ${database.name} owner to ${owner}; alter schema drizzle owner to ${owner};
      drop owned by ${able}; drop role ${able}; alter role "${role}" inherit`);
  }
});

it("are for the owner to give", async () => {
  const url = new URL(database.url);
  url.username = role;
  await asOwner(`create role "other ${role}"`);
  expect(await messageOf(grantServing(url.href, `other ${role}`))).toMatch(
    /^Role Serving \w+ may not grant what serving needs: name the owner of the tables, \w+, in DATABASE_URL\.$/,
  );
  await asOwner(`drop role "other ${role}"`);
});

it("say to a start which migration is missing, and who makes it", async () => {
  const forget =
    "delete from drizzle.__drizzle_migrations where id = (select max(id) from drizzle.__drizzle_migrations)";
  const [newest] = await asOwner("select max(created_at) as at from drizzle.__drizzle_migrations");
  await asOwner(forget);
  expect(await start()).toMatch(
    /^The database lacks 00\d\d_\w+, and role "Serving \w+" may not change its tables: run `tallystick migrate --grant-to /,
  );
  await asOwner(`insert into drizzle.__drizzle_migrations (hash, created_at) values ('', ${newest?.["at"]})`);
});

it("are those of the docs", () => {
  const page = readFileSync("docs/operating/secure.md", "utf8");
  expect(page).toContain(`${grantsTo("serving").join(";\n")};\n`);
});
