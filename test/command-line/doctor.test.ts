import { inProcess } from "../lifecycle/outcome.ts";
import { endServers, startedDataFolder } from "../lifecycle/server.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { freePort } from "../support/free-port.ts";
import { hasPgBouncer, startPgBouncer } from "../support/pgbouncer.ts";
import { withSql } from "../support/sql.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());
afterAll(endServers);

async function findings(url = database.url, settings: Record<string, string> = {}) {
  const { code, stdout, stderr } = await inProcess(["doctor", "--json"], { DATABASE_URL: url, ...settings });
  expect(stderr).toBe("");
  const list: { check: string; state: string; says: string; todo: string }[] = JSON.parse(stdout).findings;
  return { code, states: Object.fromEntries(list.map(({ check, state }) => [check, state])), list };
}

it("finds what hurts as the database has it, and not as the service's own connections set it", async () => {
  const { code, states } = await findings();
  // The server of the tests waits for no disk.
  expect(code).toBe(1);
  expect(states).toMatchObject({
    ...{ version: "ok", primary: "ok", pooler: "ok", migrations: "ok", rights: "ok", fsync: "fail" },
    ...{ encoding: "ok", forms: "ok", autovacuum: expect.any(String), connections: expect.any(String) },
    ...{ tls: "ok", clock: "ok", archiving: "warn" },
  });
  await withSql(database.url, async (sql) => {
    await sql.unsafe(`alter database ${database.name} set datestyle = 'SQL, DMY'`);
    await sql.unsafe(`alter database ${database.name} set synchronous_commit = off`);
    await sql.unsafe(`alter database ${database.name} set default_transaction_read_only = on`);
  });
  const spoiled = await findings();
  await withSql(database.url, async (sql) => {
    await sql.unsafe("set default_transaction_read_only = off");
    await sql.unsafe(`alter database ${database.name} reset all`);
  });
  expect(spoiled.states).toMatchObject({ forms: "warn", synchronous_commit: "warn", primary: "fail" });
  const many = await findings(database.url, { TALLYSTICK_WORKERS: "16" });
  expect(many.list.find(({ check }) => check === "connections")?.says).toMatch(
    /^an instance takes 80, \d+ of /,
  );
});

it("prints for people what is found and what to do, and knows an empty database", async () => {
  const empty = await createDatabase("empty");
  const { code, stdout } = await inProcess(["doctor"], { DATABASE_URL: empty.url });
  await empty.drop();
  expect(code).toBe(1);
  expect(stdout).toMatch(/^STATE +CHECK +WHAT IS FOUND\nok +version +PostgreSQL \d+\.\d+\n/);
  expect(stdout).toMatch(/^warn +migrations +some of this version are missing$/m);
  expect(stdout).toMatch(/^What to do:\nmigrations: Run `tallystick migrate`/m);
});

it("says how the embedded database is backed up, whose settings are nobody's to change", async () => {
  const { stdout } = await inProcess(["doctor"], { TALLYSTICK_DATA_DIR: startedDataFolder() });
  expect(stdout).toMatch(/^archiving: Run `tallystick backup`.*, or set DATABASE_URL\.$/m);
});

it("says what to give a role that has no right to the tables, as whoever else it asks is told", async () => {
  const role = `Visitor of ${database.name}`;
  const url = new URL(database.url);
  url.username = role;
  const asOwner = (statements: string) => withSql(database.url, (sql) => sql.unsafe(statements));
  await asOwner(`create role "${role}" login`);
  const { code, list, states } = await findings(url.href);
  const verified = await inProcess(["verify"], { DATABASE_URL: url.href });
  await asOwner(`drop role "${role}"`);
  expect({ code, states }).toMatchObject({ code: 1, states: { rights: "fail", migrations: "warn" } });
  expect(list.find(({ check }) => check === "rights")?.todo).toMatch(
    /^As the owner, \w+: `tallystick migrate --grant-to 'Visitor of \w+'`; or grant .* to "Visitor of \w+"\.$/,
  );
  expect(verified.stderr).toMatch(
    /^tallystick: DATABASE_URL: PostgreSQL refused: .* \(42501\): the owner's `tallystick migrate --grant-to <role>` .*\n$/,
  );
});

if (hasPgBouncer)
  it("says that a pooler shares connections among transactions", async () => {
    const pooler = await startPgBouncer(database.url, 10, "transaction");
    try {
      expect((await findings(pooler.url)).states).toMatchObject({ pooler: "fail", migrations: "warn" });
    } finally {
      await pooler.stop();
    }
  });
else
  it("did not run behind a pooler: no pgbouncer is on the PATH", () => {
    expect(hasPgBouncer).toBe(false);
  });

it("ends with 3 where there is no database to examine", async () => {
  const DATABASE_URL = `postgres://127.0.0.1:${await freePort()}/none`;
  const { code, stdout, stderr } = await inProcess(["doctor"], { DATABASE_URL });
  expect({ code, stdout, stderr }).toEqual({
    ...{ code: 3, stdout: "" },
    stderr: expect.stringMatching(/^tallystick: DATABASE_URL: the database cannot be reached: .*\n$/),
  });
});
