import { sql } from "drizzle-orm";
import type { Sql } from "postgres";
import { createDatabase, type TestDatabase } from "../../../../test/support/database.ts";
import { withSql } from "../../../../test/support/sql.ts";
import { until } from "../../../../test/support/until.ts";
import { type Database, openDatabase } from "../database.ts";
import { statement } from "../statements/statement.ts";
import type { Lane } from "./lane.ts";

let created: TestDatabase;
const databases: Database[] = [];

beforeAll(async () => {
  created = await createDatabase();
});
afterEach(async () => {
  await Promise.all(databases.splice(0).map((database) => database.close()));
  await withSql(created.url, (other) => until(async () => (await locks(other)) === 0));
});
afterAll(() => created.drop());

async function locks(other: Sql): Promise<number> {
  const [row] =
    await other`select count(*)::int as n from pg_locks join pg_database on pg_database.oid = database
    where datname = current_database() and locktype = 'advisory'`;
  return row?.["n"];
}

/** A process with three lanes. */
function start(): { database: Database; lanes: Lane[] } {
  const database = openDatabase(created.url);
  databases.push(database);
  return { database, lanes: [1, 2, 3].map(() => database.lane()) };
}

function stripesOf(lanes: readonly Lane[]): Promise<number[]> {
  return Promise.all(lanes.map((lane) => lane.transaction(async ({ stripe }) => stripe)));
}

const ownPid = statement<never>(sql`select pg_backend_pid() as pid`)({});
const inOrder = (stripes: readonly number[]) => [...stripes].sort((a, b) => a - b);

it("have the smallest numbers that are free, and keep them", async () => {
  const { lanes } = start();
  const stripes = await stripesOf(lanes);
  expect(inOrder(stripes)).toEqual([0, 1, 2]);
  expect(await stripesOf(lanes)).toEqual(stripes);
});

it("are never shared by two processes", async () => {
  const [one, other] = [start(), start()];
  expect(inOrder(await stripesOf([...one.lanes, ...other.lanes]))).toEqual([0, 1, 2, 3, 4, 5]);
});

it("are never more than there are lanes, however often processes start again", async () => {
  const seen = new Set<number>();
  await withSql(created.url, async (other) => {
    let running = [start(), start()];
    for (let restarts = 0; restarts < 100; restarts += 1) {
      const [first, second] = running;
      const stripes = await stripesOf(running.flatMap(({ lanes }) => lanes));
      expect(new Set(stripes).size).toBe(6);
      for (const stripe of stripes) seen.add(stripe);
      await first?.database.close();
      databases.shift();
      // The backend of a connection that was closed ends a moment later, and only then are its locks free.
      await until(async () => (await locks(other)) === 3);
      running = [...(second === undefined ? [] : [second]), start()];
    }
  });
  expect(inOrder([...seen])).toEqual([0, 1, 2, 3, 4, 5]);
});

it("are claimed anew where a connection was lost, and given to nobody twice", async () => {
  const [one, other] = [start(), start()];
  const lanes = [...one.lanes, ...other.lanes];
  await stripesOf(lanes);
  const [lost] = lanes;
  const [backend] = (await lost?.transaction(({ rows }) => rows<{ pid: number }>(ownPid))) ?? [];
  await withSql(created.url, (sql) => sql`select pg_terminate_backend(${backend?.pid ?? 0}::int, 10000)`);
  await until(() =>
    stripesOf(lanes).then(
      () => true,
      () => false,
    ),
  );
  expect(new Set(await stripesOf(lanes)).size).toBe(6);
});
