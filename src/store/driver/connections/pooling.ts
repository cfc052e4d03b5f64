import type { Sql } from "postgres";
import { atMost } from "../../../bounds/at-most.ts";
import { connect } from "./connection.ts";

/**
 * What is between a client and PostgreSQL: nothing; a pooler in session mode; a pooler without a session for a second client, so
 * that its mode cannot be found out; or a pooler in transaction mode, which may run each transaction in another session.
 */
export type Pooling = "none" | "by session" | "too few sessions" | "by transaction";

/** How often to look: other clients of the pooler may hide its mode once, but hardly every time. */
const looksMax = 5;
/** Whoever has waited so long for a session gets none. */
const patienceMs = 1_000;

/** The pooler runs the transactions of a client in different sessions, which loses settings. The message says in one line what to do. */
export class SessionsShared extends Error {
  override readonly name = "SessionsShared";

  constructor() {
    super(
      "DATABASE_URL: the pooler there gives each transaction to another session (PgBouncer: pool_mode = transaction or statement), " +
        "which loses settings, prepared statements and locks. Put it into session mode, or name PostgreSQL itself.",
    );
  }
}

/** @throws SessionsShared where a client has no session of its own, so that its settings and locks would be lost */
export async function requireOwnSession(client: Sql, url: string): Promise<void> {
  if ((await poolingOf(client, url)) === "by transaction") throw new SessionsShared();
}

/**
 * Finds out what is between a client and PostgreSQL. At the start of a connection PostgreSQL tells the id of its process; a pooler
 * tells a number of its own. Then two clients are compared while both are open: only where sessions are shared does the first one
 * change its session, or the second one get the same.
 */
export async function poolingOf(first: Sql, url: string): Promise<Pooling> {
  const { pid, said } = await processOf(first);
  if (pid === said) return "none";
  const second = connect(url);
  try {
    for (let looks = 0; looks < looksMax; looks += 1) {
      const given = await atMost(processOf(second), patienceMs, () => undefined);
      if (given?.pid === pid || (await processOf(first)).pid !== pid) return "by transaction";
      // While the second one waits, one that shares sessions would have had it wait no longer than the first one.
      if (given === undefined) return "too few sessions";
      // In its turn each session is given, unless another one is kept.
      await second.unsafe("begin");
      const { pid: kept } = await processOf(second);
      if (kept === pid || (await processOf(first)).pid !== pid) return "by transaction";
      await second.unsafe("rollback");
    }
    return "by session";
  } finally {
    await second.end({ timeout: 0 });
  }
}

/** The process that answers, and the one that was said to when the connection began. */
async function processOf(client: Sql): Promise<{ readonly pid: number | undefined; readonly said: number }> {
  const rows = await client.unsafe<{ pid: number }[]>("select pg_backend_pid() as pid limit 1");
  return { pid: rows[0]?.pid, said: rows.state.pid };
}
