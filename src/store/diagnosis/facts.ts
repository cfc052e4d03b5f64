import type { Sql } from "postgres";
import { readCluster } from "../distribution/cluster.ts";
import type { Cluster } from "../distribution/requirements.ts";
import { answered, connect } from "../driver/connections/connection.ts";
import { type Pooling, poolingOf } from "../driver/connections/pooling.ts";
import { isUpToDate } from "../driver/migrate.ts";
import { type Roles, readRoles } from "../rights/owner.ts";
import { grantsTo, isToReadMigrations, missingRights } from "../rights/rights.ts";

/** What PostgreSQL says of itself to the role of a URL. */
export interface DatabaseFacts {
  /** As server_version_num has it: 180004 is 18.4. */
  readonly version: number;
  /** As a session begins with them; one that the role may not see is not there. */
  readonly settings: Readonly<Record<string, string>>;
  readonly isStandby: boolean;
  /** Whether PostgreSQL's end of the connection speaks TLS. */
  readonly isEncrypted: boolean;
  /** How far the database's clock is before this machine's, in milliseconds. */
  readonly aheadMs: number;
  /** Connections that the role may still get, and that all may have. */
  readonly connectionsFree: number;
  readonly connectionsMax: number;
  readonly roles: Roles;
  /** Whether the role may make tables in the schema public. */
  readonly mayCreate: boolean;
  /** The statements that give the role what serving needs and it lacks. */
  readonly missingGrants: readonly string[];
  /** Whether archiving has failed since it last succeeded. */
  readonly isArchivingFailing: boolean;
  readonly pooling: Pooling;
  /** Undefined where that cannot be read: sessions do not stay with their client, or the role may not. */
  readonly isMigrated: boolean | undefined;
  /** Undefined where the database is no distributed one. */
  readonly cluster: Cluster | undefined;
}

const answerSecondsMax = 8;
const settingNames = [
  ...[
    "fsync",
    "full_page_writes",
    "data_checksums",
    "synchronous_commit",
    "synchronous_standby_names",
    "autovacuum",
  ],
  ...["datestyle", "intervalstyle", "server_encoding", "default_transaction_read_only"],
  ...["archive_mode", "archive_command", "archive_library"],
];

/** @throws whatever keeps it from the database */
export async function readFacts(url: string): Promise<DatabaseFacts> {
  const client = connect(url);
  try {
    const pooling = await answered(poolingOf(client, url), answerSecondsMax);
    const roles = await readRoles(client);
    const missing = await missingRights(client, roles.role);
    const facts = {
      ...(await readOfServer(client)),
      settings: await readSettings(client),
      roles,
      missingGrants: grantsTo(roles.roleInSql, missing),
      pooling,
    };
    if (pooling === "by transaction") return { ...facts, isMigrated: undefined, cluster: undefined };
    const cluster = await readCluster(client);
    return {
      ...facts,
      isMigrated: missing.some(isToReadMigrations) ? undefined : await isUpToDate(client),
      cluster: cluster.extension === "created" ? cluster : undefined,
    };
  } finally {
    await client.end({ timeout: 1 });
  }
}

async function readSettings(client: Sql): Promise<Record<string, string>> {
  const names = settingNames.map((name) => `'${name}'`).join(", ");
  const rows = await client.unsafe<{ name: string; setting: string }[]>(
    `select lower(name) as name, setting from pg_settings where lower(name) in (${names}) limit ${settingNames.length}`,
  );
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
}

interface ServerRow {
  readonly version: number;
  readonly isStandby: boolean;
  readonly isEncrypted: boolean;
  readonly now: number;
  readonly connectionsFree: number;
  readonly connectionsMax: number;
  readonly mayCreate: boolean;
  readonly isArchivingFailing: boolean;
}

/** A role, and a database, may have fewer connections than the server; -1 is no bound of theirs. */
const serverQuestion = `
  select current_setting('server_version_num')::int as version,
    pg_is_in_recovery() as "isStandby",
    coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as "isEncrypted",
    extract(epoch from clock_timestamp()) * 1000 as now,
    most as "connectionsMax", greatest(least(most - used,
      case when rolconnlimit < 0 then most else rolconnlimit - used_by_role end,
      case when datconnlimit < 0 then most else datconnlimit - used_of_database end), 0) as "connectionsFree",
    has_schema_privilege('public', 'create') as "mayCreate",
    coalesce((select last_failed_time > coalesce(last_archived_time, '-infinity') from pg_stat_archiver), false)
      as "isArchivingFailing"
  from pg_roles join pg_database on datname = current_database() cross join lateral (
    select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as most,
      count(*)::int as used, (count(*) filter (where usename = current_user))::int as used_by_role,
      (count(*) filter (where datname = current_database()))::int as used_of_database
    from pg_stat_activity where backend_type = 'client backend') as clients
  where rolname = current_user limit 1`;

async function readOfServer(client: Sql) {
  const asked = Date.now();
  const [row] = await client.unsafe<ServerRow[]>(serverQuestion);
  if (row === undefined) throw new Error("the database does not know the role that asks");
  const { now, ...facts } = row;
  return { ...facts, aheadMs: Math.round(Number(now) - (asked + Date.now()) / 2) };
}
