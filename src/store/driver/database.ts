import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import { type ConnectionFigures, Pool } from "./connections/pool.ts";
import { Session } from "./connections/session.ts";
import { callSettings, type Settings, statementMsMax } from "./connections/settings.ts";
import { connectionsOfOne } from "./connections/shares.ts";
import { type NodeReports, type Nodes, NodeWatch, noReports } from "./nodes/node-watch.ts";
import { turnToMap } from "./queries/answers.ts";
import { prepared } from "./queries/prepared.ts";
import { reading } from "./queries/reading.ts";
import type { Orm } from "./statements/orm.ts";
import { statement } from "./statements/statement.ts";
import { Lane } from "./transactions/lane.ts";
import { transact, type Within } from "./transactions/transaction.ts";

/** The longest that a transaction of a lane may take: longer than one statement may. */
export const laneTransactionMsMax = 2 * statementMsMax;

/** The database as the rest of the store sees it. */
export interface Database {
  /** For queries that read widely. When the signal aborts they fail, and the running one is cancelled in the database. */
  orm(signal?: AbortSignal): Orm;
  /** Runs `work` in one transaction: all of it is committed, or nothing. */
  transaction<T>(work: (orm: Orm, within: Within) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** For queries that find everything by keys. The same Drizzle each time. */
  keyed(): Orm;
  /** As `keyed`, on connections of its own: for what is asked before a caller has proved who it is. */
  callers(): Orm;
  /** A connection for the transactions of batches. */
  lane(): Lane;
  /** How many lanes there may be. */
  readonly lanesMax: number;
  /** Whether the database has Citus, and the tables may be spread over nodes. */
  isDistributed(): Promise<boolean>;
  readonly nodes: Nodes;
  /** Throws where a connection of any kind that calls use gets no answer, or takes no changes. */
  requireWritable(): Promise<void>;
  /** The connections of each kind. */
  figures(): Readonly<Record<ConnectionKind, ConnectionFigures>>;
  close(): Promise<void>;
}

/** What connections are for: wide reads, look-ups by keys, finding out who is calling, and batches. */
export type ConnectionKind = "wide" | "keyed" | "callers" | "lanes";

export interface DatabaseOptions {
  /** How many processes share the connections that there may be. */
  readonly processes?: number;
  /** The longest that a statement that reads widely may run, in milliseconds. */
  readonly readMsMax?: number;
  readonly nodeReports?: NodeReports;
}

export function openDatabase(
  url: string,
  { processes = 1, readMsMax = statementMsMax, nodeReports = noReports }: DatabaseOptions = {},
): Database {
  const { wide, keyed: keyedMax, callers: callersMax, lanes: lanesMax } = connectionsOfOne(processes);
  const sessionsMax = wide + keyedMax + callersMax + lanesMax;
  const sessions = new Set<Session>();
  const openOwn = (settings: Settings, onEnd: () => void) => new Session(url, settings, onEnd);
  const nodes = new NodeWatch(openOwn, sessions, sessionsMax, nodeReports);
  const open = (settings: Settings) => (onEnd: () => void) => {
    const end = () => {
      sessions.delete(session);
      onEnd();
    };
    const session = new Session(url, settings, end, () => nodes.begin());
    sessions.add(session);
    return session;
  };
  const pool = new Pool(open({ ...callSettings, statement_timeout: `${readMsMax}` }), wide);
  const keyedPool = new Pool(open(callSettings), keyedMax);
  const callerPool = new Pool(open(callSettings), callersMax);
  const pools = [pool, keyedPool, callerPool];
  const lanes: Lane[] = [];
  const ormOf = (from: Pool) =>
    drizzle({
      client: prepared((asking) =>
        from.use((session) => asking((text, parameters) => session.ask(text, parameters))),
      ),
    });
  const keyed = ormOf(keyedPool);
  const callers = ormOf(callerPool);
  return {
    orm: (signal) =>
      drizzle({
        client: prepared(
          (asking) => pool.use((session) => reading(session, asking, readMsMax)),
          signal,
          turnToMap,
        ),
      }),
    transaction: async (work, signal) => {
      signal?.throwIfAborted();
      return pool.hold((session) => transact(session, work, signal));
    },
    keyed: () => keyed,
    callers: () => callers,
    lane: () => {
      const lane = new Lane(open(callSettings), { transactionMsMax: laneTransactionMsMax });
      lanes.push(lane);
      return lane;
    },
    lanesMax,
    nodes,
    isDistributed: () => pool.use(async (session) => session.isDistributed),
    requireWritable: async () => {
      const { text } = failUnlessWritable;
      await Promise.all([
        ...pools.map((each) => each.use(async (session) => session.ask(text))),
        ...lanes.map((lane) => lane.transaction(({ rows }) => rows(failUnlessWritable))),
      ]);
    },
    figures: () => ({
      wide: pool.figures(),
      keyed: keyedPool.figures(),
      callers: callerPool.figures(),
      lanes: sumOf(lanes.map((lane) => lane.figures())),
    }),
    close: async () => {
      nodes.close();
      await Promise.all([...pools, ...lanes].map((each) => each.close()));
    },
  };
}

function sumOf(all: readonly ConnectionFigures[]): ConnectionFigures {
  const sum = (of: (each: ConnectionFigures) => number) => all.reduce((sum, each) => sum + of(each), 0);
  return {
    max: sum(({ max }) => max),
    open: sum(({ open }) => open),
    busy: sum(({ busy }) => busy),
    waiting: sum(({ waiting }) => waiting),
  };
}

/** Fails where a change would fail: on a standby, and where transactions were made read only. */
const failUnlessWritable = statement<never>(sql`do $$ begin
  if current_setting('transaction_read_only')::boolean then
    raise read_only_sql_transaction using message = 'the database takes no changes';
  end if; end $$`)({});
