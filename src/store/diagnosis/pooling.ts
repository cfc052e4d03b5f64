import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "../driver/connection.ts";

/** Who has waited so long for a second connection gets none. */
const patienceMs = 5_000;

/** What becomes of a session: it stays with its client, each of its transactions may get another one, or nobody knows. */
export type Pooling = "by session" | "by transaction" | "unknown";

/**
 * Two clients. While the first one is in a transaction the second one asks for its process; after that it asks again. A pooler
 * that shares connections among transactions gives it the one that was given back last, which is the first one's.
 *
 * @throws whatever keeps it from the database
 */
export async function readPooling(url: string): Promise<Pooling> {
  const [first, second] = [connect(url), connect(url)];
  const processOf = async (client: typeof first) => {
    const [row] = await client.unsafe<{ pid: number }[]>("select pg_backend_pid() as pid limit 1");
    return row?.pid;
  };
  let isAnswered = false;
  const probe = async (): Promise<Pooling> => {
    await first.unsafe("begin");
    isAnswered = true;
    await processOf(first);
    const before = await processOf(second);
    await first.unsafe("commit");
    return (await processOf(second)) === before ? "by session" : "by transaction";
  };
  const patience = new AbortController();
  const impatient = sleep(patienceMs, undefined, { signal: patience.signal }).then((): Pooling => {
    if (isAnswered) return "unknown";
    const error = new Error(`no PostgreSQL has answered for ${patienceMs / 1_000} seconds`);
    throw Object.assign(error, { code: "CONNECT_TIMEOUT" });
  });
  impatient.catch(() => undefined);
  const probing = probe();
  probing.catch(() => undefined);
  try {
    return await Promise.race([probing, impatient]);
  } finally {
    patience.abort();
    await Promise.all([first.end({ timeout: 0 }), second.end({ timeout: 0 })]);
  }
}
