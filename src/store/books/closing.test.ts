import type { Sql } from "postgres";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { type Database, openDatabase } from "../driver/database.ts";
import { Bookings } from "./bookings.ts";
import { Closing } from "./closing.ts";
import { connectTo, Gate, TestJournal } from "./journal.fixture.ts";
import { youngMs } from "./moments.ts";

let created: TestDatabase;
let database: Database;
let sql: Sql;
let own: Sql;
beforeAll(async () => {
  created = await createDatabase();
  database = openDatabase(created.url);
  [sql, own] = [connectTo(created.url), connectTo(created.url)];
});
afterAll(async () => {
  await Promise.all([database.close(), sql.end(), own.end()]);
  await created.drop();
});

/** An organization in which a batch has asked the clock, and is not written yet. */
async function withOpenBatch() {
  const journal = await TestJournal.create(sql);
  const [payer, payee] = [
    await journal.account({ customerId: await journal.customer() }),
    await journal.account({ counter: "revenue" }),
  ];
  const [begun, gate] = [new Gate(), new Gate()];
  const pause = async () => {
    begun.open();
    await gate.isOpen;
  };
  const batch = journal.batch(own, [{ from: payer, to: payee }], { pause });
  await begun.isOpen;
  return { orgId: journal.orgId, customerId: payer.customerId as string, gate, batch };
}

it("closes a period of an organization once all that began before its end has ended", async () => {
  const { orgId, gate, batch } = await withOpenBatch();
  const impatient = new Closing(database, 0);
  const { at, isClosed } = await impatient.ofOrganization(undefined);
  expect(isClosed).toBe(false);
  const closing = new Closing(database).ofOrganization(at);
  gate.open();
  const ids = await batch;
  expect(await closing).toEqual({ at, isClosed: true });
  // What came late is in it, and all that comes from now on is not.
  const { rows } = await new Bookings(database).list({ orgId, filter: { to: at }, rowsMax: 10 });
  expect(rows.map(({ id }) => id)).toEqual(ids);
});

it("closes no period whose end lies ahead, and waits for nobody where it lies far behind", async () => {
  const { customerId, orgId, gate, batch } = await withOpenBatch();
  try {
    const impatient = new Closing(database, 0);
    const [ahead, behind] = [new Date(Date.now() + 3_600_000), new Date(Date.now() - youngMs - 60_000)];
    expect(await impatient.ofOrganization(ahead)).toEqual({ at: ahead, isClosed: false });
    expect(await impatient.ofCustomer({ orgId, customerId }, ahead)).toEqual({ at: ahead, isClosed: false });
    expect(await impatient.ofOrganization(behind)).toEqual({ at: behind, isClosed: true });
    expect(await impatient.ofCustomer({ orgId, customerId }, behind)).toEqual({ at: behind, isClosed: true });
  } finally {
    gate.open();
    await batch;
  }
});
