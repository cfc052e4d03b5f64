/** What a database lacks to be distributed. The message is one line that says what to do. */
export class CannotDistribute extends Error {
  override readonly name = "CannotDistribute";

  constructor(reason: string) {
    super(`The database cannot be distributed: ${reason}`);
  }
}

/** What a node answers of itself to the role that distributes. */
export interface NodeAnswer {
  readonly preparedMax: number;
  readonly synchronousCommit: string;
  /** In which language it says what goes wrong. */
  readonly messages: string;
  /** Whether the role may make tables in the schema public. */
  readonly mayCreate: boolean;
  /** What the settings of `node-settings.ts` are there. */
  readonly settings: Readonly<Record<string, string>>;
}

/** A Citus worker, or the coordinator. */
export interface Node {
  /** Host and port, as Citus knows it. */
  readonly name: string;
  /** Or why there is none. */
  readonly answer: NodeAnswer | string;
}

/** What is known of a cluster. */
export interface Cluster {
  /** Whether the server has the files of the extension, and whether the database has it. */
  readonly extension: "none" | "available" | "created";
  readonly isCoordinator: boolean;
  /** Whether the coordinator is among the nodes, without which a table stays on it alone. */
  readonly knowsCoordinator: boolean;
  /** Those that may have shards, the coordinator not among them. */
  readonly nodes: readonly Node[];
  /** In which language the coordinator says what goes wrong. */
  readonly messages: string;
  /** Tables of the schema of which the role is not the owner. */
  readonly othersTables: readonly string[];
}

/** @throws CannotDistribute where the database is not that of a coordinator with nodes */
export function requireCluster(cluster: Cluster): void {
  refuse(reasonAgainst(cluster));
}

/** @throws CannotDistribute where this role may not place tables, or a node is not able to take them */
export function requireReady({ othersTables, messages, nodes }: Cluster): void {
  if (othersTables.length > 0)
    throw new CannotDistribute(
      `this role is not the owner of ${othersTables.join(", ")}. Name the owner in DATABASE_URL, or give the tables to this role.`,
    );
  refuse(reasonAgainstMessages("the coordinator", messages));
  refuse(nodes.map(reasonAgainstNode).find((each) => each !== undefined));
}

/** What is wrong with a cluster on which the tables are spread already, and does not keep it from serving. */
export function warningsAbout({ messages, nodes }: Cluster): string[] {
  const all = [reasonAgainstMessages("the coordinator", messages), ...nodes.map(reasonAgainstItsMessages)];
  return all.filter((each) => each !== undefined);
}

function refuse(reason: string | undefined): void {
  if (reason !== undefined) throw new CannotDistribute(reason);
}

function reasonAgainst({ extension, ...cluster }: Cluster): string | undefined {
  if (extension === "none")
    return "its server has no Citus. Install it on every node, and set shared_preload_libraries = 'citus' there.";
  if (extension === "available")
    return "it has no extension citus. As a superuser, run `create extension citus` in this database on every node.";
  if (!cluster.isCoordinator)
    return "DATABASE_URL names a node that is not the coordinator. Name the coordinator.";
  if (!cluster.knowsCoordinator)
    return "the coordinator is not among the nodes. As a superuser, run `select citus_set_coordinator_host('<its host>', <its port>)` on it.";
  if (cluster.nodes.length === 0)
    return "there is no node for the data. As a superuser, run `select citus_add_node('<host>', <port>)` on the coordinator for each.";
  return undefined;
}

function reasonAgainstNode({ name, answer }: Node): string | undefined {
  if (typeof answer === "string")
    return `node ${name} does not do what this role asks (${answer}). The database and the role must be there, and the coordinator must get in as that role (pg_hba.conf, or pg_dist_authinfo).`;
  if (answer.preparedMax === 0)
    return `node ${name} has max_prepared_transactions = 0. Set it there to twice its max_connections, and start it again.`;
  if (answer.synchronousCommit === "off")
    return `node ${name} has synchronous_commit = off. Set it to on there: what is acknowledged is on disk.`;
  if (!answer.mayCreate)
    return `node ${name} does not let this role make tables. Make it the owner of the database there.`;
  return reasonAgainstItsMessages({ name, answer });
}

/** Of one that does not answer nothing is known. */
function reasonAgainstItsMessages({ name, answer }: Node): string | undefined {
  return typeof answer === "string" ? undefined : reasonAgainstMessages(`node ${name}`, answer.messages);
}

/** What the loss of a node is told by has no code of its own. */
function reasonAgainstMessages(of: string, messages: string): string | undefined {
  if (english.test(messages)) return undefined;
  return `${of} has lc_messages = '${messages}', and that a node was lost is told in words alone. Set it to C in its postgresql.conf, and load that again.`;
}

const english = /^(C|POSIX|en|English)(?![a-z])/i;
