import { sql } from "drizzle-orm";
import type { Session } from "../connections/session.ts";
import { nodeMsMax, type Settings } from "../connections/settings.ts";
import { isConnectionLoss } from "../errors.ts";
import { isOfFullNode } from "../remote-errors.ts";
import { statement } from "../statements/statement.ts";
import { Line } from "./line.ts";

/** What the coordinator takes at the most to say what needs no node. */
const coordinatorMsMax = 2_000;
/** A node that has not answered for so long is silent, and not merely down. */
const silentMsMin = 0.9 * nodeMsMax;

/** A node, and the group that it stands for. */
export interface Node {
  readonly group: number;
  /** Its host and port. */
  readonly node: string;
}

/** What one look at a node has shown. */
export interface Look extends Node {
  /** Undefined where the coordinator has not said. */
  readonly answers: boolean | undefined;
  readonly isSilent: boolean;
}

interface Answer {
  readonly answers: boolean;
  /** How long it was waited for. */
  readonly ms: number;
}

/** Looks at the nodes, each over connections of its own to the coordinator: one that is silent holds up no other look. */
export class NodeLooks {
  private readonly kept = new Map<number, Line>();
  private readonly fresh = new Map<number, Line>();

  /** @param questions for what needs no node */
  constructor(
    private readonly questions: Line,
    private readonly open: (settings: Settings, onEnd: () => void) => Session,
  ) {}

  /** All nodes; none where the tables are not spread over them. */
  async nodes(): Promise<Node[]> {
    const nodes = await this.questions.ask<Node>(spreadOver, coordinatorMsMax);
    for (const lines of [this.kept, this.fresh])
      for (const group of [...lines.keys()])
        if (!nodes.some((node) => node.group === group)) end(lines, group);
    return nodes;
  }

  /**
   * Whether a node answers in time on a connection that is kept from look to look: it costs the node next to nothing, and
   * proves only that it does. One that is silent would be waited for without an end.
   *
   * @throws what the database says against looking
   */
  async answers({ group }: Node): Promise<boolean> {
    const answer = await this.ask(lineIn(this.kept, group, this.opening({})), group, nodeMsMax);
    return answer?.answers === true;
  }

  /**
   * Looks at a node over a new connection to it, which is given up after a second. One that has as many as it takes says
   * so, and serves those.
   *
   * @throws what the database says against looking
   */
  async at({ group, node }: Node): Promise<Look> {
    const line = lineIn(this.fresh, group, this.opening(newConnections));
    const answer = await this.ask(line, group, nodeMsMax + coordinatorMsMax);
    const answers = answer && (answer.answers || isOfFullNode(line.warning));
    if (answers) end(this.fresh, group);
    const isSilent = answer !== undefined && !answers && answer.ms >= silentMsMin;
    return { group, node, answers, isSilent };
  }

  close(): void {
    this.questions.close();
    for (const lines of [this.kept, this.fresh]) for (const group of [...lines.keys()]) end(lines, group);
  }

  private async ask(line: Line, group: number, msMax: number): Promise<Answer | undefined> {
    const [answer] = await line.ask<Answer>(look({ group: `${group}` }), msMax).catch((error: unknown) => {
      if (!isConnectionLoss(error)) throw error;
      return [];
    });
    return answer;
  }

  private opening(settings: Settings): () => Line {
    return () => new Line((onEnd) => this.open(settings, onEnd));
  }
}

function lineIn(lines: Map<number, Line>, group: number, make: () => Line): Line {
  const line = lines.get(group) ?? make();
  lines.set(group, line);
  return line;
}

function end(lines: Map<number, Line>, group: number): void {
  lines.get(group)?.close();
  lines.delete(group);
}

/** None is kept for the next look; why there is none is said in a warning. */
const newConnections: Settings = { "citus.max_cached_conns_per_worker": "0", client_min_messages: "warning" };

const spreadOver = statement<never>(sql`
  select groupid as "group", nodename || ':' || nodeport as node from pg_dist_node
  where groupid > 0 and isactive and noderole = 'primary'
    and exists (select from pg_dist_partition where logicalrelid = to_regclass('operations'))
  order by groupid limit 10000`)({});

const look = statement<"group">(sql`
  select answers, (extract(epoch from clock_timestamp() - begun_at) * 1000)::int as ms
  from pg_dist_node cross join lateral (
    select clock_timestamp() as begun_at, citus_check_connection_to_node(nodename, nodeport) as answers offset 0) as asked
  where groupid = ${sql.placeholder("group")}::int and isactive and noderole = 'primary' limit 1`);
