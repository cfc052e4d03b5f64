import { sql } from "drizzle-orm";
import { isConnectionLoss } from "./errors.ts";
import { Line } from "./line.ts";
import type { Session } from "./session.ts";
import { nodeMsMax, type Settings } from "./settings.ts";
import { statement } from "./statement.ts";

/** What the coordinator takes at the most to say what needs no node. */
const coordinatorMsMax = 2_000;
/** A node that has not answered for so long is silent, and not merely down. */
const silentMsMin = 0.9 * nodeMsMax;

interface Node {
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

/** Looks at the nodes, each over a connection of its own to the coordinator: one that is silent holds up no other look. */
export class NodeLooks {
  private readonly lines = new Map<number, Line>();

  /** @param questions for what needs no node */
  constructor(
    private readonly questions: Line,
    private readonly open: (settings: Settings, onEnd: () => void) => Session,
  ) {}

  /** At all nodes at once; at none where the tables are not spread over them. */
  async atAll(): Promise<Look[]> {
    const nodes = await this.questions.ask<Node>(spreadOver, coordinatorMsMax);
    for (const group of [...this.lines.keys()])
      if (!nodes.some((node) => node.group === group)) this.closeLine(group);
    return Promise.all(nodes.map((node) => this.at(node)));
  }

  /** @throws what the database says against looking */
  async at({ group, node }: Node): Promise<Look> {
    const asked = this.lineOf(group).ask<Answer>(look({ group: `${group}` }), nodeMsMax + coordinatorMsMax);
    const [answer] = await asked.catch((error: unknown) => {
      if (!isConnectionLoss(error)) throw error;
      return [];
    });
    const isSilent = answer !== undefined && !answer.answers && answer.ms >= silentMsMin;
    return { group, node, answers: answer?.answers, isSilent };
  }

  close(): void {
    this.questions.close();
    for (const group of [...this.lines.keys()]) this.closeLine(group);
  }

  private lineOf(group: number): Line {
    const line = this.lines.get(group) ?? new Line((onEnd) => this.open(newConnections, onEnd));
    this.lines.set(group, line);
    return line;
  }

  private closeLine(group: number): void {
    this.lines.get(group)?.close();
    this.lines.delete(group);
  }
}

/** One that was kept from an earlier look would be waited for without an end. */
const newConnections: Settings = { "citus.max_cached_conns_per_worker": "0" };

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
