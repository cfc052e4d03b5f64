/** Longest time that one statement may run, in milliseconds; the caller's deadline ends it sooner. */
export const statementMsMax = 60_000;
/**
 * Longest time that a statement waits for a lock, in milliseconds. Whoever holds it holds up the connection, and with it
 * all who wait for one: what takes longer is contention, and tried again.
 */
const lockMsMax = 100;

const genericPlan = "force_generic_plan";

/** Settings of PostgreSQL, by their names. */
export type Settings = Readonly<Record<string, string>>;

/**
 * What is read and written rests on these, so every connection sets them itself: the database, the role, or the client
 * that had a pooler's connection before may have others. Whether transactions are read only is left as it is: where
 * somebody said so, it is to be so.
 */
const always: Settings = {
  client_encoding: "UTF8",
  standard_conforming_strings: "on",
  datestyle: "ISO, MDY",
  intervalstyle: "postgres",
  timezone: "UTC",
  bytea_output: "hex",
  extra_float_digits: "1",
  array_nulls: "on",
  search_path: "public",
  default_transaction_isolation: "read committed",
  default_transaction_deferrable: "off",
  statement_timeout: `${statementMsMax}`,
  idle_in_transaction_session_timeout: `${statementMsMax}`,
  idle_session_timeout: "0",
  lock_timeout: `${lockMsMax}`,
  // Compiling takes longer than nearly all that is asked for, and up to PostgreSQL 17 what is switched off counts as
  // expensive, which is compiled.
  jit: "off",
};

/**
 * What calls ask for is found by keys or listed in the order of an index, however few rows or statistics there are yet.
 * The planner is told so: it plans each statement once for a connection, for whatever it may be asked, and never a scan, whose
 * cost grows with the table. A plan for the id of one organization would rest on what is known of that one: where it has
 * come since the statistics were gathered that it has no rows, so each look-up would walk through all of them. The ways that are
 * left are there whatever the database has: rows that are found where they are, are answered in the order in which they were asked for.
 */
export const callSettings: Settings = {
  plan_cache_mode: genericPlan,
  enable_seqscan: "off",
  enable_bitmapscan: "off",
  enable_hashjoin: "off",
  enable_mergejoin: "off",
  enable_nestloop: "on",
  enable_tidscan: "on",
};

/** For a transaction on such a connection that reads whole tables and joins them. */
export const wholeTableSettings: Settings = {
  plan_cache_mode: "force_custom_plan",
  enable_seqscan: "on",
  enable_hashjoin: "on",
  enable_mergejoin: "on",
};

/** After so many milliseconds a node that takes no connection is given up. */
export const nodeMsMax = 1_000;

/**
 * Where the tables may be spread over nodes, this is set, too: what a transaction sets is in force on the node that it
 * uses, and one that does not answer is given up soon.
 */
const distributedSettings: Settings = {
  "citus.propagate_set_commands": "local",
  "citus.node_connection_timeout": `${nodeMsMax}`,
};

/** A migration takes as long as it takes. */
export const migrationSettings: Settings = {
  statement_timeout: "0",
  idle_in_transaction_session_timeout: "0",
  lock_timeout: "0",
};

/**
 * Whether the database has Citus, which can spread tables over nodes. It may hold them all itself still: what is done for
 * one that spreads them is right there, too.
 */
const isDistributed = "to_regclass('pg_catalog.pg_dist_partition') is not null";

/** What the first statement of a connection answers, among other things. */
export interface SettingAnswer {
  readonly is_distributed: boolean;
}

/**
 * The first statement of a connection. `synchronous_commit` is kept as it is unless it is off: what is acknowledged is
 * on disk, and whether a standby has it, too, is for the operator to say.
 */
export function settingStatement(settings: Settings): string {
  const sets = Object.entries({ ...always, ...settings }).map(([name, value]) =>
    setting(name, valueIn(value)),
  );
  sets.push(
    setting("synchronous_commit", "coalesce(nullif(current_setting('synchronous_commit'), 'off'), 'on')"),
  );
  for (const [name, value] of Object.entries(distributedSettings))
    sets.push(`case when is_distributed then ${setting(name, `'${value}'`)} end`);
  return `select ${sets.join(", ")}, is_distributed from (select ${isDistributed} as is_distributed) as d`;
}

/** A plan for all parameters cannot be forced where these say which node is asked. */
function valueIn(value: string): string {
  return value === genericPlan
    ? `case when is_distributed then 'auto' else '${genericPlan}' end`
    : `'${value}'`;
}

function setting(name: string, value: string): string {
  return `set_config('${name}', ${value}, false)`;
}
