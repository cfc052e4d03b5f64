import { sql } from "drizzle-orm";
import { type Database, openDatabase } from "../../src/store/driver/database.ts";
import { migrate } from "../../src/store/driver/migrate.ts";
import { requireServing } from "../../src/store/driver/serving.ts";
import { statement } from "../../src/store/driver/statement.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { hasPgBouncer, type PgBouncer, startPgBouncer } from "../support/pgbouncer.ts";

const connectionsMax = 6;
const ownSettings = sql`select current_setting('plan_cache_mode') as plans, current_setting('jit') as jit,
  current_setting('lock_timeout') as lock, current_setting('datestyle') as dates`;
const insert = statement<"n">(sql`insert into marks values (${sql.placeholder("n")}::int)`);

let created: TestDatabase;
let pooler: PgBouncer;

/** Settings of each kind of connection. */
async function settings(database: Database) {
  const lane = database.lane();
  return Promise.all([
    database.orm().execute(ownSettings),
    database.keyed().execute(ownSettings),
    lane.transaction(({ orm }) => orm.execute(ownSettings)),
  ]).then((answers) => answers.flatMap((rows) => [...rows]));
}

const expected = [
  { plans: "force_custom_plan", jit: "off", lock: "100ms", dates: "ISO, MDY" },
  { plans: "force_generic_plan", jit: "off", lock: "100ms", dates: "ISO, MDY" },
  { plans: "force_generic_plan", jit: "off", lock: "100ms", dates: "ISO, MDY" },
];

async function behindPgBouncer(): Promise<void> {
  created = await createDatabase();
  pooler = await startPgBouncer(created.url, connectionsMax);
  try {
    await migrate(pooler.url);
    // Each instance gets connections that the one before had, with what that one had set.
    for (let instance = 0; instance < 3; instance += 1) {
      const database = openDatabase(pooler.url);
      expect(await settings(database)).toEqual(expected);
      await requireServing(database, async () => 0);
      await database.transaction((orm) =>
        orm.execute(sql`create table if not exists marks (n int primary key)`),
      );
      const lane = database.lane();
      const stripe = await lane.transaction(async ({ stripe, commit }) => {
        await commit([{ ...insert({ n: String(instance) }), rows: 1 }]);
        return stripe;
      });
      expect(stripe).toBeLessThan(connectionsMax);
      await database.close();
    }
  } finally {
    await pooler.stop();
    await created.drop();
  }
}

describe("behind PgBouncer in session mode, tried with 1.18.0", () => {
  if (hasPgBouncer)
    it("connections are set as we rely on, also those that others had before", behindPgBouncer);
  else it("did not run: there is no pgbouncer on the PATH", () => expect(hasPgBouncer).toBe(false));
});
