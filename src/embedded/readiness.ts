import { setTimeout } from "node:timers/promises";
import postgres from "postgres";
import { socketHost } from "./connection.ts";
import { EmbeddedPostgresError, errorCode, systemReason } from "./error.ts";
import type { Program } from "./program.ts";

const pollMs = 20;
/** Replaying the log after a crash takes its time. */
const startMsMax = 120_000;
/** No socket yet, nobody listening yet, PostgreSQL's cannot_connect_now, and its end, which the caller sees too. */
const notYet = new Set(["ENOENT", "ECONNREFUSED", "57P03", "CONNECTION_CLOSED", "ECONNRESET"]);

/**
 * Waits until the server takes connections, and makes the database if there is none.
 *
 * @param url any database that exists, for the first connection
 * @throws EmbeddedPostgresError when the server ends instead, or takes longer than two minutes
 */
export async function untilReady(url: string, database: string, server: Program): Promise<void> {
  let failure: string | undefined;
  server.ended.then((reason) => {
    failure = reason ?? "postgres ended";
  });
  const end = performance.now() + startMsMax;
  while (performance.now() < end) {
    if (await makeDatabase(url, database)) return;
    await setTimeout(pollMs);
    if (failure !== undefined) throw new EmbeddedPostgresError(`The database does not start: ${failure}`);
  }
  throw new EmbeddedPostgresError(`The database does not answer after ${startMsMax / 1000} seconds.`);
}

/** False while the server takes no connections yet. */
async function makeDatabase(url: string, database: string): Promise<boolean> {
  const sql = postgres(url, { ...socketHost(url), max: 1, connect_timeout: 5, fetch_types: false });
  try {
    const [known] = await sql`select from pg_database where datname = ${database}`;
    if (known === undefined) await sql`create database ${sql(database)}`;
    return true;
  } catch (error) {
    if (notYet.has(String(errorCode(error)))) return false;
    throw new EmbeddedPostgresError(`The database refuses its first connection: ${systemReason(error)}.`);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
