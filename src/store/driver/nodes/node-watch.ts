import { setTimeout as sleep } from "node:timers/promises";
import { Refused } from "../../../domain/refusal.ts";
import type { Session } from "../connections/session.ts";
import type { Settings } from "../connections/settings.ts";
import { isTransient } from "../errors.ts";
import { Line } from "./line.ts";
import { type Look, type Node, NodeLooks } from "./node-looks.ts";
import { NodePlaces } from "./node-places.ts";
import { Silence } from "./silence.ts";

/** A node that falls silent is waited for twice for a second: it is known to be away after 2.5 seconds at the most. */
const pauseMs = 500;
/** Nothing more is sent to a node that has not answered for so long, until it has, or is known to be away. */
const doubtMs = 400;

/** The nodes that the tables are spread over. Where they are not, none is away. */
export interface Nodes {
  /** Whether the tables may be spread over nodes. */
  readonly areWatched: boolean;
  /** Whether none is away, or in doubt. Where it is asked often, asking this before those below spares a promise. */
  readonly areAllThere: boolean;
  readonly awayCount: number;
  /**
   * Refuses with UNAVAILABLE while the node of an organization does not answer, and waits while it has yet to: whatever would
   * be sent there keeps its connection. Where the coordinator does not say which node that is, fails as whatever else it
   * does not answer.
   */
  requireFor(orgId: string): Promise<void>;
  /** The same of any node. */
  requireAll(): Promise<void>;
  /** Whether the node of an organization has yet to answer whether it is there. */
  isDoubted(orgId: string): Promise<boolean>;
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

/** A node has yet to answer whether it is there. */
interface Doubt {
  /** Resolves when it is known. */
  readonly over: Promise<void>;
  end(): void;
}

/** Asks all the time whether every node answers, so that nothing is sent to one that does not. */
export class NodeWatch implements Nodes {
  areWatched = false;
  private away: ReadonlyMap<number, Away> = new Map();
  private readonly answeredAt = new Map<number, number>();
  private silent: ReadonlySet<number> = new Set();
  private readonly doubts = new Map<number, Doubt>();
  private isUnknown = false;
  private readonly silence: Silence;
  private readonly looks: NodeLooks;
  private readonly places: NodePlaces;
  private readonly closing = new AbortController();

  /**
   * @param sessions those that are open, without the watch's own
   * @param sessionsMax how many there may be
   */
  constructor(
    open: (settings: Settings, onEnd: () => void) => Session,
    sessions: ReadonlySet<Session>,
    sessionsMax: number,
    private readonly reports: NodeReports,
  ) {
    this.silence = new Silence(sessions, sessionsMax);
    const questions = new Line((onEnd) => open({}, onEnd));
    this.looks = new NodeLooks(questions, open);
    this.places = new NodePlaces(questions);
  }

  get areAllThere(): boolean {
    return this.away.size === 0 && this.doubts.size === 0;
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
    if (this.areAllThere) return;
    const group = await this.places.of(orgId);
    if (group === undefined) return;
    await this.doubts.get(group)?.over;
    if (this.away.has(group)) throw nodeAway();
  }

  async requireAll(): Promise<void> {
    if (this.away.size === 0) await Promise.all([...this.doubts.values()].map(({ over }) => over));
    if (this.away.size > 0) throw nodeAway();
  }

  async isDoubted(orgId: string): Promise<boolean> {
    if (this.doubts.size === 0) return false;
    const group = await this.places.of(orgId).catch(() => undefined);
    return group !== undefined && this.doubts.has(group);
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
      await this.round()
        .then(
          () => {
            this.isUnknown = false;
          },
          (error: unknown) => this.cannotLook(error),
        )
        .finally(() => this.endDoubts([...this.doubts.keys()]));
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
    this.silence.note();
    const [answering, others] = await this.ask(nodes);
    const looks = await Promise.all(others.map((node) => this.looks.at(node)));
    for (const { group } of [...answering, ...looks.filter(({ answers }) => answers)])
      this.answeredAt.set(group, begunAt);
    this.learn(looks);
  }

  /** Those that answer on connections which they have had before, and those that have to be looked at. */
  private async ask(nodes: readonly Node[]): Promise<[Node[], Node[]]> {
    const answers = await Promise.all(nodes.map((node) => !this.away.has(node.group) && this.answers(node)));
    return [nodes.filter((_, index) => answers[index]), nodes.filter((_, index) => !answers[index])];
  }

  private async answers(node: Node): Promise<boolean> {
    const patience = setTimeout(() => {
      this.doubts.set(node.group, newDoubt());
      this.silence.setAside();
    }, doubtMs);
    const answers = await this.looks.answers(node).finally(() => clearTimeout(patience));
    if (answers) this.endDoubts([node.group]);
    return answers;
  }

  private endDoubts(groups: readonly number[]): void {
    for (const group of groups) {
      this.doubts.get(group)?.end();
      this.doubts.delete(group);
    }
  }

  /** @param looks at all that have to be looked at; none of the others is away */
  private learn(looks: readonly Look[]): void {
    const before = this.away;
    this.away = new Map(looks.flatMap((each) => this.awayOf(each, before.get(each.group))));
    if ([...this.away.keys()].some((group) => !before.has(group))) this.places.forget();
    this.report(before);
    this.learnSilent(looks);
  }

  /** One that is down, and only later silent, may be asked by what began before. */
  private learnSilent(looks: readonly Look[]): void {
    const before = this.silent;
    const isSilent = ({ group, answers, isSilent }: Look) =>
      isSilent || (answers === undefined && before.has(group));
    this.silent = new Set(looks.filter(isSilent).map(({ group }) => group));
    if ([...this.silent].some((group) => !before.has(group))) this.silence.begin();
    if (this.silent.size > 0) this.silence.giveUp();
    else this.silence.end();
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
}

function newDoubt(): Doubt {
  let end: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { over, end };
}

function nodeAway(): Refused {
  return new Refused({ reason: "UNAVAILABLE", because: "a node of the database that this needs is away" });
}
