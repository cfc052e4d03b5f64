import type { TransactionSql } from "postgres";
import type { Course } from "./progress.ts";
import type { Node } from "./requirements.ts";

/**
 * What a connection sets on the coordinator is not set on the nodes behind it, so there the role has it, in this database
 * alone: how long a lock is waited for, and the forms in which a node writes texts. Limits of the time of a statement are
 * not among them, because to move a shard takes as long as it takes.
 */
export const asOnCoordinator: Readonly<Record<string, string>> = {
  lock_timeout: "100",
  timezone: "UTC",
  datestyle: "ISO, MDY",
  intervalstyle: "postgres",
  bytea_output: "hex",
  extra_float_digits: "1",
  jit: "off",
};

/**
 * A coordinator whose machine is gone without a word leaves transactions open on the nodes, and with them the locks and turns of
 * organizations. By default a node hears of it after two hours; so it does after half a minute.
 */
const ofConnections: Readonly<Record<string, string>> = {
  tcp_keepalives_idle: "10",
  tcp_keepalives_interval: "5",
  tcp_user_timeout: "25000",
};

export const nodeSettings: Readonly<Record<string, string>> = { ...asOnCoordinator, ...ofConnections };

/** Those that some node has otherwise. */
export function settingsToMake(nodes: readonly Node[]): [name: string, value: string][] {
  return Object.entries(nodeSettings).filter(([name, value]) =>
    nodes.some(({ answer }) => typeof answer !== "string" && answer.settings[name] !== value),
  );
}

/** Citus hands them on to every node. Any role may set what it begins with itself. False where there are none. */
export async function makeSettings(
  sql: TransactionSql,
  settings: readonly (readonly [name: string, value: string])[],
  course: Course,
): Promise<boolean> {
  for (const [name, value] of settings) {
    course.begin(`setting ${name} for this role on every node`);
    const [row] = await sql<{ statement: string }[]>`
      select format('alter role %I in database %I set %s = %L', current_user, current_database(),
        ${name}::text, ${value}::text) as statement`;
    await sql.unsafe(row?.statement ?? "");
  }
  return settings.length > 0;
}
