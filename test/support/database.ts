import { randomBytes } from "node:crypto";
import postgres, { type Sql } from "postgres";
import { socketHost } from "../../src/embedded/connection.ts";
import { until } from "./until.ts";

/** A database of a test file's own. */
export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  /** Also ends the connections that are still open. */
  drop(): Promise<void>;
}

/** What is made once a run, and copied: this version's schema, or the tables of a Frontier. */
export type Template = "migrated" | "frontier";

/** The environment variable that holds the URLs of a cluster's nodes, the coordinator's first, where there is one. */
export const nodesVariable = "TEST_CITUS_NODES";

/**
 * Makes a database on the server that the global set-up started, as a copy of a template or with nothing in it. On a
 * cluster this version's schema is distributed, and copied on every node.
 */
export async function createDatabase(content: Template | "empty" = "migrated"): Promise<TestDatabase> {
  const template = content === "empty" ? "template1" : setting(templateVariable(content));
  const nodes = process.env[nodesVariable]?.split(" ") as [string, ...string[]] | undefined;
  return copyDatabase(template, (content === "migrated" && nodes) || [setting("TEST_DATABASE_URL")]);
}

/** Copies a database on each of some servers. The copy's URL is the one of the first. */
export async function copyDatabase(
  template: string,
  servers: readonly [string, ...string[]],
): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await onEach(servers, (sql) =>
    sql.unsafe(`create database ${name} template ${template} strategy file_copy`),
  );
  await onEach(servers.slice(1), (sql) => sql.unsafe(sameRoleSettings(template, name)));
  return {
    name,
    url: databaseOn(servers[0], name),
    async drop() {
      if (servers.length > 1) await onEach(servers, (sql) => closeDatabase(sql, name));
      await onEach(servers, (sql) => sql.unsafe(`drop database if exists ${name} with (force)`));
    },
  };
}

/** The URL of another database of a server. */
export function databaseOn(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** The environment variable that holds the name of a template's database. */
export function templateVariable(template: Template): string {
  return `TEST_TEMPLATE_${template.toUpperCase()}`;
}

/** Works on some servers at once. */
export async function onEach(
  servers: readonly string[],
  work: (sql: Sql) => Promise<unknown>,
): Promise<void> {
  await Promise.all(
    servers.map(async (url) => {
      const sql = postgres(url, {
        ...socketHost(url),
        max: 1,
        fetch_types: false,
        onnotice: () => undefined,
      });
      try {
        await work(sql);
      } finally {
        await sql.end();
      }
    }),
  );
}

/**
 * Ends all connections to a database, and refuses new ones. Citus has one to each database from each of its nodes, begins
 * it anew, and hears of its end only when it is told so more than once.
 */
export async function closeDatabase(sql: Sql, name: string): Promise<void> {
  await sql.unsafe(`alter database ${name} with allow_connections false`);
  await until(async () => {
    const ended = await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`;
    return ended.length === 0;
  });
}

/**
 * What roles have set in a database is not copied with it. On the coordinator a connection sets it itself, but for those of
 * the tests, which need none of it. Citus would do on every node what each of them does.
 */
function sameRoleSettings(from: string, to: string): string {
  return `do $$ declare statement text; begin
    perform set_config('citus.enable_alter_role_set_propagation', 'off', true);
    for statement in select format('alter role %I in database ${to} set %s = %L', rolname, cut[1], cut[2])
      from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase join pg_roles r on r.oid = s.setrole,
        unnest(s.setconfig) as item, regexp_match(item, '^([^=]*)=(.*)$') as cut
      where datname = '${from}'
    loop execute statement; end loop;
  end $$`;
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is unset: run the tests with jest, which sets it.`);
  return value;
}
