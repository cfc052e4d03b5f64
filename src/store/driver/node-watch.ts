import { setTimeout as sleep } from "node:timers/promises";
import { Refused } from "../../domain/refusal.ts";
import { isTransient } from "./errors.ts";
import { Line } from "./line.ts";
import { type Look, type Node, NodeLooks } from "./node-looks.ts";
import { NodePlaces } from "./node-places.ts";
import type { Session } from "./session.ts";
import type { Settings } from "./settings.ts";
import { Waits } from "./waits.ts";

/** A node that falls silent is waited for twice for a second: it is known to be away after 2.5 seconds at the most. */
const pauseMs = 500;
/** For how long a query may be unanswered while a node is silent, where others wait behind it on its connection. */
const sharedMsMax = 2_000;
/** The same where it has the connection to itself: most likely it is at work on another node. */
const aloneMsMax = 10_000;

/** The nodes that the tables are spread over. Where they are not, none is away. */
export interface Nodes {
  /** Whether the tables may be spread over nodes. */
  readonly areWatched: boolean;
  /** Whether some node does not answer. Where it is asked often, asking this before those below spares a promise. */
  readonly isOneAway: boolean;
  readonly awayCount: number;
  /**
   * Refuses with UNAVAILABLE while the node of an organization does not answer. Where the coordinator does not say which
   * one that is, fails as whatever else it does not answer.
   */
  requireFor(orgId: string): Promise<void>;
  /** Refuses with UNAVAILABLE while any node does not answer. */
  requireAll(): void;
  /** Whether the node of an organization was looked at after a moment of `performance.now()`, and has answered. */
  hasAnswered(orgId: string, after: number): Promise<boolean>;
}

/** Who is told what becomes known of nodes. A node is named by its host and port. */
export interface NodeReports {
  away(node: string): void;
  back(node: string, awayMs: number): void;
  /** The nodes cannot be looked at, so none is known to be away. Not told again before they can. */
  unknown(error: unknown): void;
}

export const noReports: NodeReports = {
  away: () => undefined,
  back: () => undefined,
  unknown: () => undefined,
};

interface Away {
  readonly node: string;
  readonly since: number;
}

/**
 * Asks all the time whether every node answers. The coordinator waits for one that is silent until it is back, whatever
 * limits a statement has, so nothing may be sent there; and what was sent before is given up with its connection, or it
 * would keep what others wait for.
 */
export class NodeWatch implements Nodes {
  areWatched = false;
  private away: ReadonlyMap<number, Away> = new Map();
  private readonly answeredAt = new Map<number, number>();
  /** Whether what was begun while a node fell silent may still be under way. */
  private isNews = false;
  private isUnknown = false;
  private readonly waits = new Waits();
  private readonly looks: NodeLooks;
  private readonly places: NodePlaces;
  private readonly closing = new AbortController();

  /** @param sessions those that are open, without the watch's own */
  constructor(
    open: (settings: Settings, onEnd: () => void) => Session,
    private readonly sessions: ReadonlySet<Session>,
    private readonly reports: NodeReports,
  ) {
    const questions = new Line((onEnd) => open({}, onEnd));
    this.looks = new NodeLooks(questions, open);
    this.places = new NodePlaces(questions);
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
    if (!this.isOneAway) return;
    const group = await this.places.of(orgId);
    if (group !== undefined && this.away.has(group)) throw nodeAway();
  }

  requireAll(): void {
    if (this.isOneAway) throw nodeAway();
  }

  async hasAnswered(orgId: string, after: number): Promise<boolean> {
    const group = await this.places.of(orgId).catch(() => undefined);
    return group !== undefined && (this.answeredAt.get(group) ?? Number.NEGATIVE_INFINITY) > after;
  }

  close(): void {
    this.closing.abort();
    this.looks.close();
  }

  private async watch(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      await this.round().then(
        () => {
          this.isUnknown = false;
        },
        (error: unknown) => this.cannotLook(error),
      );
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** A coordinator that does not answer now says nothing of its nodes: what was known of them stays. */
  private cannotLook(error: unknown): void {
    if (this.isUnknown || this.closing.signal.aborted || isTransient(error)) return;
    this.isUnknown = true;
    this.reports.unknown(error);
  }

  private async round(): Promise<void> {
    const begunAt = performance.now();
    const nodes = await this.looks.nodes();
    const [answering, others] = await this.ask(nodes);
    if (others.some(({ group }) => !this.away.has(group))) this.waits.note(this.sessions);
    const looks = await Promise.all(others.map((node) => this.looks.at(node)));
    for (const { group } of [...answering, ...looks.filter(({ answers }) => answers)])
      this.answeredAt.set(group, begunAt);
    this.learn(looks);
  }

  /** Those that answer on connections which they have had before, and those that have to be looked at. */
  private async ask(nodes: readonly Node[]): Promise<[Node[], Node[]]> {
    const answers = await Promise.all(
      nodes.map((node) => !this.away.has(node.group) && this.looks.answers(node)),
    );
    return [nodes.filter((_, index) => answers[index]), nodes.filter((_, index) => !answers[index])];
  }

  /** @param looks at all that have to be looked at; none of the others is away */
  private learn(looks: readonly Look[]): void {
    const before = this.away;
    this.away = new Map(looks.flatMap((each) => this.awayOf(each, before.get(each.group))));
    const news = looks.filter(({ group }) => this.away.has(group) && !before.has(group));
    this.report(before);
    if (news.length > 0) this.forget();
    this.giveUp(
      news.some(({ isSilent }) => isSilent),
      looks.some(({ isSilent }) => isSilent),
    );
  }

  /** What a node is that was looked at; as it was before where the coordinator did not say. */
  private awayOf({ group, node, answers }: Look, before: Away | undefined): [number, Away][] {
    if (answers === true || (answers === undefined && before === undefined)) return [];
    return [[group, before ?? { node, since: performance.now() }]];
  }

  private report(before: ReadonlyMap<number, Away>): void {
    for (const [group, { node }] of this.away) if (!before.has(group)) this.reports.away(node);
    for (const [group, { node, since }] of before)
      if (!this.away.has(group)) this.reports.back(node, performance.now() - since);
  }

  /**
   * Gives up the connections that a silent node may keep from answering. What was begun before that was known comes with
   * this round or the next one; from then on nothing is sent there, and what takes its time works on another node.
   */
  private giveUp(isNews: boolean, isOneSilent: boolean): void {
    const isAny = isNews || this.isNews;
    this.isNews = isNews;
    if (!isOneSilent) {
      this.waits.forget();
      return;
    }
    for (const session of [...this.sessions]) {
      const { users, isHeld } = session;
      const waitedMsMax = isHeld ? Number.POSITIVE_INFINITY : users > 1 ? sharedMsMax : aloneMsMax;
      if (this.waits.longestMs(session) > (isAny ? 0 : waitedMsMax)) session.lose();
    }
    this.waits.note(this.sessions);
  }

  /** Idle connections have some to the nodes, which would be waited for without an end by whoever comes next. */
  private forget(): void {
    this.places.forget();
    for (const session of this.sessions) if (session.users === 0) void session.close();
  }
}

function nodeAway(): Refused {
  return new Refused({ reason: "UNAVAILABLE", isNodeAway: true });
}
