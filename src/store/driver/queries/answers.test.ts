import { sql } from "drizzle-orm";
import { createDatabase, type TestDatabase } from "../../../../test/support/database.ts";
import { noteParty } from "../../../bounds/party.ts";
import { type Database, openDatabase } from "../database.ts";

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

const mapMs = 12;
const reads = 24;

/** Reads a few rows, which take more of this process than a round gives. */
function read(mapped: () => void, signal?: AbortSignal) {
  const map = (n: unknown) => {
    const since = performance.now();
    while (n === "1" && performance.now() - since < mapMs);
    if (n === "1") mapped();
    return n;
  };
  return database
    .orm(signal)
    .select({ n: sql<string>`n`.mapWith(map) })
    .from(sql`generate_series(1::bigint, 20) as n`);
}

it("maps answers that came at once one after another, and serves others in between", async () => {
  await Promise.all(Array.from({ length: reads }, () => read(() => undefined)));
  let round = 0;
  let isOver = false;
  const next = () => {
    round += 1;
    if (!isOver) setImmediate(next);
  };
  next();
  const rounds: number[] = [];
  await Promise.all(Array.from({ length: reads }, () => read(() => rounds.push(round))));
  isOver = true;
  expect(rounds).toHaveLength(reads);
  expect(new Set(rounds).size).toBe(reads);
});

it("gives each organization its turn, and none to who has gone", async () => {
  const order: string[] = [];
  const readFor = (party: string, { signal } = new AbortController()) => {
    noteParty(signal, party);
    return read(() => order.push(party), signal);
  };
  const gone = new AbortController();
  const many = Array.from({ length: reads }, () => readFor("many"));
  const left = readFor("gone", gone).catch((error: unknown) => error);
  const one = readFor("one");
  gone.abort(new Error("gone"));
  await Promise.all([...many, one]);
  expect(await left).toMatchObject({ cause: new Error("gone") });
  expect(order).toHaveLength(reads + 1);
  expect(order.indexOf("one")).toBeLessThan(reads / 2);
});
