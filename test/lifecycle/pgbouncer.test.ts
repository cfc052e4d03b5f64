import { sql } from "drizzle-orm";
import { type Database, openDatabase } from "../../src/store/driver/database.ts";
import { migrate } from "../../src/store/driver/migrate.ts";
import { requireServing } from "../../src/store/driver/serving.ts";
import { statement } from "../../src/store/driver/statements/statement.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { hasPgBouncer, type PgBouncer, startPgBouncer } from "../support/pgbouncer.ts";
import { untilReady } from "../support/ready.ts";
import { connectClients, startService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { makeHistory } from "../verify/history.ts";
import { inProcess } from "./outcome.ts";

const ownSettings = sql`select current_setting('plan_cache_mode') as plans, current_setting('jit') as jit,
  current_setting('lock_timeout') as lock, current_setting('datestyle') as dates`;
const insert = statement<"n">(sql`insert into marks values (${sql.placeholder("n")}::int)`);

let created: TestDatabase;
beforeAll(async () => {
  created = await createDatabase();
});
afterAll(() => created.drop());

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
  { plans: "force_generic_plan", jit: "off", lock: "100ms", dates: "ISO, MDY" },
  { plans: "force_generic_plan", jit: "off", lock: "100ms", dates: "ISO, MDY" },
  { plans: "force_generic_plan", jit: "off", lock: "100ms", dates: "ISO, MDY" },
];

async function bySession(): Promise<void> {
  const sessionsMax = 6;
  const pooler = await startPgBouncer(created.url, sessionsMax);
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
      expect(stripe).toBeLessThan(sessionsMax);
      await database.close();
    }
  } finally {
    await pooler.stop();
  }
}

async function serves(): Promise<void> {
  let pooler: PgBouncer | undefined;
  const service = await startService({
    reach: async (url) => {
      pooler = await startPgBouncer(url, 27);
      return pooler.url;
    },
  });
  try {
    const { orgId, billingId } = await service.tenant();
    await makeHistory(service.databaseUrl, { orgId, customerId: billingId });
    const { ledger } = connectClients(service.url, service.platform);
    const calls = Array.from({ length: 50 }, () => service.credit({ orgId, billingId }, "1"));
    await Promise.all(calls);
    expect(await ledger.verifyLedger({})).toMatchObject({ violations: [], violationCount: 0n });
    await untilReady(service.url);
  } finally {
    await service.stop();
    await pooler?.stop();
  }
}

type Mode = "transaction" | "statement";

/** Whatever it does first, a start is refused, and leaves nothing on sessions that others get. */
async function byTransaction(mode: Mode, sessionsMax: number, order: string): Promise<void> {
  const pooler = await startPgBouncer(created.url, sessionsMax, mode, { server_round_robin: order });
  try {
    for (const command of ["serve", "migrate"]) {
      const { code, stdout, stderr } = await inProcess([command], {
        DATABASE_URL: pooler.url,
        PORT: "0",
        LOG_LEVEL: "silent",
      });
      expect({ code, stdout, stderr }).toEqual({
        ...{ code: 1, stdout: "" },
        stderr: expect.stringMatching(
          /^tallystick: DATABASE_URL: the pooler there .* session mode, or [^\n]*\.\n$/,
        ),
      });
    }
    const left = await withSql(
      pooler.url,
      (client) => client`select current_setting('jit') as jit,
      (select count(*)::int from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) as locks`,
    );
    expect([...left]).toEqual([{ jit: "on", locks: 0 }]);
  } finally {
    await pooler.stop();
  }
}

describe("behind PgBouncer, tried with 1.18.0,", () => {
  if (hasPgBouncer) {
    it("in session mode connections are set as we rely on, also those that others had before", bySession);

    it("in session mode a service serves with as many sessions as it says that it takes", serves);

    it.each<[Mode, number, string]>([
      ["transaction", 1, "0"],
      ["transaction", 10, "0"],
      ["transaction", 2, "1"],
      ["statement", 2, "0"],
    ])("in %s mode, with %i sessions, a start is refused (server_round_robin = %s)", byTransaction);
  } else {
    it("nothing ran: there is no pgbouncer on the PATH", () => expect(hasPgBouncer).toBe(false));
  }
});
