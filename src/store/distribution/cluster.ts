import type { Sql, TransactionSql } from "postgres";
import { nodeSettings } from "./node-settings.ts";
import type { Cluster, Node, NodeAnswer } from "./requirements.ts";
import { placements } from "./tables.ts";

/** What the database says of the cluster that it belongs to, and each node of itself. */
export async function readCluster(sql: Sql | TransactionSql): Promise<Cluster> {
  const extension = await readExtension(sql);
  const othersTables = await readOthersTables(sql);
  if (extension !== "created")
    return {
      extension,
      isCoordinator: false,
      knowsCoordinator: false,
      messages: "",
      nodes: [],
      othersTables,
    };
  const [row] = await sql<Omit<Cluster, "extension" | "nodes" | "othersTables">[]>`
    select (select groupid from pg_dist_local_group) = 0 as "isCoordinator",
      exists (select from pg_dist_node where groupid = 0) as "knowsCoordinator",
      current_setting('lc_messages') as messages`;
  const { isCoordinator = false, knowsCoordinator = false, messages = "" } = { ...row };
  const nodes = isCoordinator ? await readNodes(sql) : [];
  return { extension, isCoordinator, knowsCoordinator, messages, nodes, othersTables };
}

async function readExtension(sql: Sql | TransactionSql): Promise<Cluster["extension"]> {
  const [row] = await sql<{ installed: string | null }[]>`
    select installed_version as installed from pg_available_extensions where name = 'citus'`;
  if (row === undefined) return "none";
  return row.installed === null ? "available" : "created";
}

async function readOthersTables(sql: Sql | TransactionSql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not pg_has_role(relowner, 'USAGE')
    order by relname`;
  return rows.map(({ name }) => name).filter((name) => name in placements);
}

/** A node that does not answer is one of them, with the reason. */
async function readNodes(sql: Sql | TransactionSql): Promise<Node[]> {
  const names = Object.keys(nodeSettings).map((name) => `'${name}'`);
  const question = `select json_build_object(
    'preparedMax', current_setting('max_prepared_transactions')::int,
    'synchronousCommit', current_setting('synchronous_commit'),
    'messages', current_setting('lc_messages'),
    'mayCreate', has_schema_privilege('public', 'create'),
    'settings', (select json_object_agg(lower(name), setting) from pg_settings where lower(name) in (${names.join(", ")})))`;
  const rows = await sql<{ name: string; success: boolean; result: string }[]>`
    select nodename || ':' || nodeport as name, success, result from run_command_on_workers(${question})`;
  return rows.map(({ name, success, result }) => ({
    name,
    answer: success ? (JSON.parse(result) as NodeAnswer) : result,
  }));
}
