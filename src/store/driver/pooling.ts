import type { Sql } from "postgres";
import { atMost } from "../../bounds/at-most.ts";
import { connect } from "./connection.ts";

/**
 * What is between a client and its session: nothing, a pooler where the session stays with its client, one that has none for
 * a second client, or one that may give each transaction to another session.
 */
export type Pooling = "none" | "by session" | "too few sessions" | "by transaction";

/** Other clients of the pooler may be quick enough to hide once what it does, and not every time. */
const looksMax = 5;
/** Whoever has waited so long for a session gets none. */
const patienceMs = 1_000;

/** A pooler gives a session's transactions to connections that forget what the session has set. The message is one line that says what to do. */
export class SessionsShared extends Error {
  override readonly name = "SessionsShared";

  constructor() {
    super(
      "DATABASE_URL: the pooler there gives each transaction to another session (PgBouncer: pool_mode = transaction or statement), " +
        "which loses settings, prepared statements and locks. Put it into session mode, or name PostgreSQL itself.",
    );
  }
}

/** @throws SessionsShared where what a session sets and locks does not stay its own */
export async function requireOwnSession(client: Sql, url: string): Promise<void> {
  if ((await poolingOf(client, url)) === "by transaction") throw new SessionsShared();
}

/**
 * Which it is for a client. PostgreSQL says its process when a connection begins; a pooler says a number of its own there.
 * Then two clients are looked at while both are open: the session of the first one becomes another, or the second one gets it,
 * only where sessions are shared.
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
