import { sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { withSql } from "../../../test/support/sql.ts";
import { Amount } from "../../domain/amount.ts";
import { account, charge, command, hold, orgId, stateOf } from "../../domain/decide.fixture.ts";
import { decide } from "../../domain/decide.ts";
import { type Database, openDatabase } from "../driver/database.ts";
import type { Lane } from "../driver/lane.ts";
import { statement } from "../driver/statement.ts";
import { writesOf } from "./write.ts";

let created: TestDatabase;
let database: Database;
let lane: Lane;

beforeAll(async () => {
  created = await createDatabase();
  database = openDatabase(created.url);
  lane = database.lane();
});

afterAll(async () => {
  await database.close();
  await created.drop();
});

const ownXid = statement<never>(sql`select pg_current_xact_id()::text as xid`)({});

/** A charge and a hold, decided on accounts that are nowhere but here. */
function decision() {
  const customerId = uuidv7();
  const state = stateOf(account({ customerId }, { funded: Amount.of("10") }));
  const accounts = [...state.accounts].map(([key, each]) => [key, { ...each, id: uuidv7() }] as const);
  return decide({ ...state, accounts: new Map(accounts) }, [
    command(charge(uuidv7(), "1", { customerId })),
    command(hold(uuidv7(), "2", { customerId })),
  ]);
}

async function rowsAfterWriting(xidOf: (own: string) => string) {
  await lane.transaction(async ({ rows, commit }) => {
    const [{ xid } = { xid: "" }] = await rows<{ xid: string }>(ownXid);
    await commit(writesOf(orgId, decision(), { at: new Date(), xid: xidOf(xid) }));
  });
  return withSql(created.url, async (other) => {
    const [counts] = await other`select (select count(*)::int from transfers) as transfers,
      (select count(*)::int from entries) as entries, (select count(*)::int from holds) as holds,
      (select count(*)::int from hold_events) as events`;
    return { ...counts };
  });
}

it("writes in the transaction that has the locks, and in no other", async () => {
  const [none, all] = [
    { transfers: 0, entries: 0, holds: 0, events: 0 },
    { transfers: 1, entries: 2, holds: 1, events: 1 },
  ];
  expect(await rowsAfterWriting((own) => `${BigInt(own) - 1n}`)).toEqual(none);
  expect(await rowsAfterWriting((own) => own)).toEqual(all);
});
