import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { FreshCache } from "../../bounds/fresh-cache.ts";
import { Refused } from "../../domain/refusal.ts";
import type { DriverQuery } from "./driver-query.ts";
import { Line } from "./line.ts";
import type { Session } from "./session.ts";
import { nodeMsMax, type Settings } from "./settings.ts";
import { statement } from "./statement.ts";

const pauseMs = 1_000;
/** What one look takes at the most beside its nodes; and what the first ones may, which do not know how many there are. */
const lookMsMax = 2_000;
const longestLookMs = 60_000;
/** A node that has not answered for so long is silent, and not merely down. */
const silentMsMin = 0.9 * nodeMsMax;
/** Where an organization is: a shard is seldom moved. */
const freshness = { freshMs: 60_000, staleMs: 300_000, entriesMax: 100_000 };

/** The nodes that the tables are spread over. Where they are not, none is away. */
export interface Nodes {
  /** Whether the tables may be spread over nodes. */
  readonly areWatched: boolean;
  /** Whether some node does not answer: then `requireFor` has to be asked. */
  readonly isOneAway: boolean;
  readonly awayCount: number;
  /** Refuses with UNAVAILABLE while the node of an organization does not answer. */
  requireFor(orgId: string): Promise<void>;
}

interface Look {
  readonly group: number;
  readonly answers: boolean;
  /** How long it was waited for. */
  readonly ms: number;
}

/**
 * Asks each second whether every node answers. The coordinator waits for one that is silent until it is back, whatever
 * limits a statement has, so nothing may be sent there; and what was sent before is given up with its connection, or it
 * would keep what others wait for.
 */
export class NodeWatch implements Nodes {
  areWatched = false;
  private away: ReadonlySet<number> = new Set();
  private patienceMs = lookMsMax;
  private wasNews = false;
  private places = new FreshCache<number>(freshness);
  private readonly looks: Line;
  private readonly lookUps: Line;
  private readonly closing = new AbortController();

  /** @param sessions those that are open, without the watch's own */
  constructor(
    open: (settings: Settings, onEnd: () => void) => Session,
    private readonly sessions: ReadonlySet<Session>,
  ) {
    this.looks = new Line((onEnd) => open(newConnections, onEnd));
    this.lookUps = new Line((onEnd) => open({}, onEnd));
  }

  get isOneAway(): boolean {
    return this.away.size > 0;
  }

  get awayCount(): number {
    return this.away.size;
  }

  /** Begins to watch, once. */
  begin(): void {
    if (this.areWatched) return;
    this.areWatched = true;
    void this.watch();
  }

  async requireFor(orgId: string): Promise<void> {
    const node = await this.places.get(orgId, () => this.locate(orgId)).catch(() => undefined);
    if (node !== undefined && this.away.has(node)) throw new Refused({ reason: "UNAVAILABLE" });
  }

  close(): void {
    this.closing.abort();
    this.looks.close();
    this.lookUps.close();
  }

  private async watch(): Promise<void> {
    const { signal } = this.closing;
    for (let before: Unanswered = new Map(); !signal.aborted; ) {
      await this.look(before).catch(() => {
        this.patienceMs = Math.min(2 * this.patienceMs, longestLookMs);
      });
      before = this.unanswered();
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** @param before what was not answered when the look before was over */
  private async look(before: Unanswered): Promise<void> {
    const now = this.unanswered();
    const looks = await this.looks.ask<Look>(look, this.patienceMs);
    this.patienceMs = lookMsMax + looks.length * nodeMsMax;
    const away = new Set(looks.filter(({ answers }) => !answers).map(({ group }) => group));
    const isNews = [...away].some((group) => !this.away.has(group));
    if (isNews) this.forgetAway();
    this.away = away;
    const isOneSilent = looks.some(({ answers, ms }) => !answers && ms >= silentMsMin);
    // What was begun while that was found out comes with the next look. From then on nothing is sent there.
    if (isOneSilent) giveUp(isNews ? now : before, isNews || this.wasNews);
    this.wasNews = isNews;
  }

  /** Idle connections have some to the nodes, which would be waited for without an end by whoever comes next. */
  private forgetAway(): void {
    this.places = new FreshCache(freshness);
    for (const session of this.sessions) if (session.users === 0) void session.close();
  }

  private async locate(orgId: string): Promise<number | undefined> {
    const [row] = await this.lookUps.ask<Pick<Look, "group">>(place({ orgId }), lookMsMax);
    return row?.group;
  }

  private unanswered(): Unanswered {
    return new Map([...this.sessions].map((session) => [session, session.queries()]));
  }
}

/** What sessions have not answered at a moment. */
type Unanswered = ReadonlyMap<Session, readonly DriverQuery[]>;

/** Gives up the connections that still have not answered. Of those that keep nobody waiting only when the silence begins. */
function giveUp(since: Unanswered, withTheirOwn: boolean): void {
  for (const [session, queries] of since) {
    const still = new Set(session.queries());
    if ((withTheirOwn || !session.isHeld) && queries.some((query) => still.has(query))) session.lose();
  }
}

/** One that was kept from an earlier look would be waited for without an end. */
const newConnections: Settings = { "citus.max_cached_conns_per_worker": "0" };

const look = statement<never>(sql`
  select groupid as "group", answers, (extract(epoch from clock_timestamp() - begun_at) * 1000)::int as ms
  from pg_dist_node cross join lateral (
    select clock_timestamp() as begun_at, citus_check_connection_to_node(nodename, nodeport) as answers offset 0) as asked
  where groupid > 0 and isactive and noderole = 'primary' limit 10000`)({});

const place = statement<"orgId">(sql`
  select groupid as "group" from pg_dist_placement
  where shardid = get_shard_id_for_distribution_column('operations', ${sql.placeholder("orgId")}::uuid) limit 1`);
