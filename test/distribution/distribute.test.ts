import type { Sql } from "postgres";
import { v7 as uuidv7 } from "uuid";
import { Audit } from "../../src/store/audit/audit.ts";
import { migrateAndDistribute } from "../../src/store/distribution/distribute.ts";
import type { Step } from "../../src/store/distribution/progress.ts";
import { placements } from "../../src/store/distribution/tables.ts";
import { openDatabase } from "../../src/store/driver/database.ts";
import { migrate } from "../../src/store/driver/migrate.ts";
import { grantServing } from "../../src/store/rights/grant.ts";
import { type ClusterDatabase, createClusterDatabase } from "../support/citus/cluster-database.ts";
import { describeOnCluster } from "../support/citus/on-cluster.ts";
import { withSql } from "../support/sql.ts";
import { historyEntries, makeHistory } from "../verify/history.ts";

let database: ClusterDatabase;
/** What each table is, as `placements` says it. */
async function placed(): Promise<Record<string, string>> {
  const rows = await withSql(
    database.url,
    (sql) => sql<{ name: string; is: string }[]>`
      select relname as name, case when partmethod = 'h' then 'distributed' when repmodel = 't' then 'reference'
        else 'local' end as is
      from pg_class left join pg_dist_partition on logicalrelid = oid
      where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  );
  return Object.fromEntries(rows.map(({ name, is }) => [name, is]));
}

async function tenants(): Promise<{ orgId: string; customerId: string }[]> {
  const tenants = Array.from({ length: 3 }, () => ({ orgId: uuidv7(), customerId: uuidv7() }));
  await withSql(database.url, async (sql) => {
    for (const { orgId, customerId } of tenants) {
      await sql`insert into organizations (id, name, display_name) values (${orgId}, ${orgId.slice(-12)}, '')`;
      await sql`insert into customers (org_id, id) values (${orgId}, ${customerId})`;
    }
  });
  return tenants;
}

const countAll = () =>
  withSql(database.url, async (sql) => {
    const counts = Object.keys(placements).map(async (table) => {
      const [row] = await sql`select count(*)::int as rows from ${sql(table)}`;
      return [table, row?.["rows"]] as const;
    });
    return Object.fromEntries(await Promise.all(counts));
  });

/** What a statement is refused with. */
const refusal = (sql: Sql, statement: string) =>
  sql.unsafe(statement).then(
    () => undefined,
    (error) => error.message,
  );

describeOnCluster("distribution", (nodes) => {
  beforeEach(async () => {
    database = await createClusterDatabase(nodes);
  });
  afterEach(() => database.drop());

  it("spreads an empty database, all of it beside each other, and finds nothing to do the second time", async () => {
    const steps: Step[] = [];
    expect(await migrateAndDistribute(database.url, { onProgress: (step) => steps.push(step) })).toBe(true);
    expect(await placed()).toEqual(placements);
    expect(steps.map(({ says }) => says)).toContain("operations: spreading it by org_id");
    const { total = 0 } = steps[0] ?? {};
    expect(steps.map((step) => step.done)).toEqual(steps.map((step) => step.done).sort((a, b) => a - b));
    // What comes after all tables are gone through are settings.
    expect(steps.at(-1)).toEqual({ says: expect.stringMatching(/^setting /), done: total, total });
    const groups = await withSql(
      database.url,
      (sql) => sql`select distinct colocationid from pg_dist_partition where partmethod = 'h'`,
    );
    expect(groups).toHaveLength(1);
    steps.length = 0;
    expect(await migrateAndDistribute(database.url, { onProgress: (step) => steps.push(step) })).toBe(false);
    expect(steps).toEqual([]);
  });

  it("takes turns when five start at once, and one of them does it", async () => {
    const done = await Promise.all(Array.from({ length: 5 }, () => migrateAndDistribute(database.url)));
    expect(done.sort()).toEqual([false, false, false, false, true]);
  });

  describe("a filled database", () => {
    let filled: { orgId: string; customerId: string }[];
    beforeEach(async () => {
      await migrate(database.url);
      filled = await tenants();
      for (const tenant of filled) await makeHistory(database.url, tenant);
    });

    it("keeps every row, none of it on the coordinator, and its books", async () => {
      const before = await countAll();
      await migrateAndDistribute(database.url);
      expect(await countAll()).toEqual(before);
      const sizes = await withSql(
        database.url,
        (sql) => sql`select logicalrelid::text from pg_dist_partition
        where partmethod = 'h' and pg_relation_size(logicalrelid) > 0`,
      );
      expect([...sizes]).toEqual([]);
      const opened = openDatabase(database.url);
      const { violations, entries } = await new Audit(opened).run();
      await opened.close();
      expect({ violations, entries }).toEqual({ violations: [], entries: 3 * historyEntries });
    });

    it("refuses on the nodes what it refused before", async () => {
      await migrateAndDistribute(database.url);
      const [{ orgId, customerId }] = filled as [{ orgId: string; customerId: string }];
      await withSql(database.url, async (sql) => {
        const refused = (statement: string) => refusal(sql, statement);
        for (const change of [
          "update operations set source = ''",
          "delete from operations",
          "truncate operations",
        ])
          expect(await refused(change)).toMatch(/^operations is append-only: [A-Z]+ refused$/);
        const key = `'${orgId}', gen_random_uuid()`;
        const account = "insert into accounts (org_id, id, customer_id, counter, currency, held) values";
        expect(await refused(`${account} (${key}, null, 'revenue', 'X', 1)`)).toMatch(/"accounts_sound/);
        expect(await refused(`${account} (${key}, gen_random_uuid(), null, 'X', 1)`)).toMatch(/foreign key/);
        expect(await refused(`${account} (${key}, '${customerId}', null, 'X', 1)`)).toBeUndefined();
        expect(
          await refused(`insert into operations select (jsonb_populate_record(o,
        jsonb_build_object('id', gen_random_uuid(), 'kind', 'none'))).* from operations o
        where org_id = '${orgId}'`),
        ).toMatch(/"operations_whole/);
      });
    });

    it("is left as it is where a step fails", async () => {
      const shape = () =>
        withSql(
          database.url,
          (sql) => sql`select conname from pg_constraint where connamespace = 'public'::regnamespace
          union all select tgname from pg_trigger where not tgisinternal order by 1`,
        );
      // Citus spreads no table that has one without the organization.
      await withSql(database.url, (sql) => sql`create unique index in_the_way on refusals (id)`);
      const before = await shape();
      await expect(migrateAndDistribute(database.url)).rejects.toThrow(/refusals/);
      expect(await shape()).toEqual(before);
      expect(new Set(Object.values(await placed()))).toEqual(new Set(["local"]));
      await withSql(database.url, (sql) => sql`drop index in_the_way`);
      expect(await migrateAndDistribute(database.url)).toBe(true);
    });

    it("waits for tables that are in use, not for ever, and lets others go in between", async () => {
      const patience = { lockMs: 20, pauseMs: 20 };
      await withSql(database.url, async (sql) => {
        await sql`begin`;
        await sql`select from accounts`;
        const refused = migrateAndDistribute(database.url, { patience: { ...patience, triesMax: 2 } });
        await expect(refused).rejects.toThrow("could not get the tables");
        const waiting = migrateAndDistribute(database.url, { patience: { ...patience, triesMax: 100_000 } });
        for (let time = 0; time < 5; time += 1)
          await withSql(database.url, (other) => other`select from accounts`);
        await sql`rollback`;
        expect(await waiting).toBe(true);
      });
    });
  });

  it("brings in what a later version has added", async () => {
    await migrateAndDistribute(database.url);
    await withSql(database.url, async (sql) => {
      await sql`select undistribute_table('refusals')`;
      await sql.unsafe(`create or replace function is_sound(a accounts) returns boolean immutable language plpgsql as
      $$ begin return a.currency <> 'XXX'; end $$`);
    });
    const steps: string[] = [];
    expect(await migrateAndDistribute(database.url, { onProgress: ({ says }) => steps.push(says) })).toBe(
      true,
    );
    expect(steps.filter((step) => step.includes(": "))).toEqual([
      "refusals: spreading it by org_id",
      "accounts: adding the check accounts_sound",
    ]);
    expect(await placed()).toEqual(placements);
    expect(await migrateAndDistribute(database.url)).toBe(false);
  });

  it("spreads a database that has the guards of a distributed one, as a dump brings them back", async () => {
    await migrate(database.url);
    await withSql(database.url, async (sql) => {
      await sql`create trigger append_only_truncate before truncate on operations
        for each statement execute function refuse_change()`;
      expect(await migrateAndDistribute(database.url)).toBe(true);
      expect(await refusal(sql, "truncate operations")).toMatch(/append-only/);
    });
  });

  it("has the nodes wait for locks and write texts as the coordinator does, and notice that it is gone", async () => {
    await withSql(database.url, (sql) =>
      sql.unsafe(`alter role current_user in database ${database.name} set timezone = 'Europe/Berlin'`),
    );
    await migrateAndDistribute(database.url);
    const answers = await withSql(
      database.url,
      (sql) => sql<{ result: string }[]>`
      select result from run_command_on_workers('select current_setting(''timezone'') || current_setting(''lock_timeout'')
        || current_setting(''tcp_user_timeout'')')`,
    );
    expect(answers.map(({ result }) => result)).toEqual(database.nodeUrls.map(() => "UTC100ms25000"));
  });

  it("gives another role that serves its settings on the nodes, though it may place nothing", async () => {
    await migrateAndDistribute(database.url);
    const role = `serving_${database.name}`;
    const url = new URL(database.url);
    url.username = role;
    await withSql(database.url, async (sql) => {
      await sql.unsafe(`create role ${role} login`);
      await expect(migrateAndDistribute(url.href)).rejects.toThrow(/`grant usage on schema drizzle to /);
      expect(await grantServing(database.url, role)).toBe(true);
      expect(await grantServing(database.url, role)).toBe(false);
      expect(await migrateAndDistribute(url.href)).toBe(true);
      expect(await migrateAndDistribute(url.href)).toBe(false);
      await sql.unsafe(`alter table refusals owner to ${role}`);
      await sql`select undistribute_table('refusals')`;
      await expect(migrateAndDistribute(url.href)).rejects.toThrow(/not the owner of accounts, /);
      await sql.unsafe(`drop owned by ${role}`);
      await sql.unsafe(`drop role ${role}`);
    });
  });

  it("asks for no node where there is nothing to do, so that a start serves those that are there", async () => {
    const loseNode = () =>
      withSql(database.url, (sql) => sql`update pg_dist_node set nodeport = 1 where groupid = 1`);
    await loseNode();
    await expect(migrateAndDistribute(database.url)).rejects.toThrow(/node \S+:1 does not do what/);
    const [port] = database.nodeUrls.map((url) => new URL(url).port);
    await withSql(
      database.url,
      (sql) => sql`update pg_dist_node set nodeport = ${Number(port)} where groupid = 1`,
    );
    expect(await migrateAndDistribute(database.url)).toBe(true);
    await loseNode();
    expect(await migrateAndDistribute(database.url)).toBe(false);
  });

  describe("a database is not distributed", () => {
    const refused = (url = database.url) =>
      migrateAndDistribute(url).then(
        () => undefined,
        (error) => error.message,
      );

    it("where it has no extension", async () => {
      await withSql(database.url, (sql) => sql`drop extension citus cascade`);
      expect(await refused()).toContain("`create extension citus`");
    });

    it("where it is no coordinator's", async () => {
      expect(await refused(database.nodeUrls[0])).toContain("Name the coordinator");
    });

    it("where no node holds data", async () => {
      await withSql(
        database.url,
        (sql) => sql`
      select citus_remove_node(nodename, nodeport) from pg_dist_node where groupid > 0`,
      );
      expect(await refused()).toContain("`select citus_add_node(");
    });

    it("where a table lies otherwise, with the way out", async () => {
      await migrate(database.url);
      await withSql(database.url, (sql) => sql`select create_reference_table('changes')`);
      expect(await refused()).toContain("undistribute_table('changes'");
    });
  });
});
