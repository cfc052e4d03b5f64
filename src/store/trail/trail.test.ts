import type { Sql } from "postgres";
import { v7 as uuidv7 } from "uuid";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { rowsRead } from "../../../test/support/rows-read.ts";
import { connectTo } from "../books/journal.fixture.ts";
import { openDatabase } from "../driver/database.ts";
import { Trail, type TrailFilter } from "./trail.ts";

/** Acts of each of two organizations, one a minute. */
const acts = 6_000;

let created: TestDatabase;
let sql: Sql;
const orgIds = [uuidv7(), uuidv7()] as const;
beforeAll(async () => {
  created = await createDatabase();
  sql = connectTo(created.url);
  for (const orgId of orgIds)
    await sql`insert into acts (org_id, id, at, actor, method, request_id, verb, target)
      select ${orgId}, gen_random_uuid(), timestamptz '2021-01-01' + n * interval '1 minute', 'actor ' || n % 2, '', '',
        'verb ' || n % 3, 'target ' || n % 1000 from generate_series(1, ${acts}::int) n`;
  await sql`vacuum analyze acts`;
});
afterAll(async () => {
  await sql.end();
  await created.drop();
});

const from = new Date("2021-01-03T00:00:00Z");
const to = new Date("2021-01-03T01:00:00Z");

it.each([
  ["a target and a verb", { target: "target 7", verb: "verb 1", from: new Date(0), to: new Date() }, 2],
  ["an actor in an hour", { actor: "actor 1", from, to }, 30],
] as [string, TrailFilter, number][])(
  "what is looked for by %s is found by the first of its words",
  async (_, filter, found) => {
    const before = await rowsRead(created.url, "acts");
    const database = openDatabase(created.url);
    const { rows } = await new Trail(database).list({ orgId: orgIds[0], filter, rowsMax: 100 });
    await database.close();
    expect(rows).toHaveLength(found);
    const read = (await rowsRead(created.url, "acts")) - before;
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(100);
  },
);
