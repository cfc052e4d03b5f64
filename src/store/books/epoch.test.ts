import { randomBytes } from "node:crypto";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { withSql } from "../../../test/support/sql.ts";
import { openDatabase } from "../driver/database.ts";
import { epochOf, type Life, readEpoch } from "./epoch.ts";

const databases: TestDatabase[] = [];
afterEach(() => Promise.all(databases.splice(0).map((each) => each.drop())));

async function newDatabase(): Promise<TestDatabase> {
  const made = await createDatabase();
  databases.push(made);
  return made;
}

async function epochAt(url: string): Promise<string> {
  const database = openDatabase(url);
  try {
    return await readEpoch(database.orm());
  } finally {
    await database.close();
  }
}

const server = { database: "16384", system: "7391823473289472394", timeline: "00000001" };
const life: Life = { id: "0b1f0a4e-6f5b-4f0c-9d0e-3c2b1a000001", table: "16400", server };

it.each<[string, Partial<Life>]>([
  ["the operator began another", { id: "0b1f0a4e-6f5b-4f0c-9d0e-3c2b1a000002" }],
  ["the tables were restored", { table: "24600" }],
  ["it is another database", { server: { ...server, database: "24576" } }],
  ["it is another server", { server: { ...server, system: "7391823473289472395" } }],
  ["a standby took over", { server: { ...server, timeline: "00000002" } }],
  ["the server tells nothing any more", { server: undefined }],
])("an epoch is another one where %s", (_what, change) => {
  expect(epochOf(life)).toMatch(/^[0-9a-f]{32}$/);
  expect(epochOf({ ...life })).toBe(epochOf(life));
  expect(epochOf({ ...life, ...change })).not.toBe(epochOf(life));
});

it("a standby has none", () => {
  const standby = { ...life, server: { ...server, timeline: null } };
  expect(() => epochOf(standby)).toThrow(expect.objectContaining({ refusal: { reason: "UNAVAILABLE" } }));
});

it("a database keeps its own, and has another one once its tables were restored", async () => {
  const { url } = await newDatabase();
  const epoch = await epochAt(url);
  expect(await epochAt(url)).toBe(epoch);
  await withSql(url, (sql) =>
    sql.unsafe(`alter table epochs rename to dumped; create table epochs (like dumped including all);
      insert into epochs select * from dumped`),
  );
  expect(await epochAt(url)).not.toBe(epoch);
});

it("a copy has another one than what it was copied from", async () => {
  const [original, copy] = [await newDatabase(), await newDatabase()];
  await withSql(original.url, (sql) => sql`update epochs set id = '00000000-0000-4000-8000-000000000000'`);
  await withSql(copy.url, (sql) => sql`update epochs set id = '00000000-0000-4000-8000-000000000000'`);
  expect(await epochAt(copy.url)).not.toBe(await epochAt(original.url));
});

it("is the stored one where the server says no more", async () => {
  const { url } = await newDatabase();
  const role = `epoch_${randomBytes(8).toString("hex")}`;
  const epoch = await epochAt(url);
  await withSql(url, async (sql) => {
    await sql.unsafe(`create role ${role}; grant usage on schema public to ${role};
      grant select on epochs to ${role}; revoke execute on function pg_control_system() from public`);
  });
  try {
    const bare = new URL(url);
    bare.searchParams.set("options", `-c role=${role}`);
    const refused = await epochAt(bare.href);
    expect(refused).not.toBe(epoch);
    expect(await epochAt(bare.href)).toBe(refused);
    await withSql(url, (sql) => sql`update epochs set id = gen_random_uuid()`);
    expect(await epochAt(bare.href)).not.toBe(refused);
  } finally {
    await withSql(url, (sql) => sql.unsafe(`drop owned by ${role}; drop role ${role}`));
  }
});
