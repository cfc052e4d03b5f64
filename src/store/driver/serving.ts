import type { Database } from "./database.ts";
import { requireMigrated } from "./migrate.ts";

/**
 * How far the newest row may be ahead of the database's clock, in milliseconds. Rows are never older than those before
 * them, so while the clock is behind time stands still in the books, and what expires does not.
 */
export const aheadMsMax = 2_000;

/** By how many milliseconds the newest row is ahead of the database's clock; nothing or less where it is not. */
export type NewestRowAhead = (database: Database) => Promise<number>;

/** The database's clock was set back. */
export class ClockBehind extends Error {
  override readonly name = "ClockBehind";

  constructor(readonly ms: number) {
    super(`the newest row is ${ms} ms ahead of the database's clock`);
  }
}

/** Throws while calls cannot be answered, or changes cannot be made. */
export async function requireServing(database: Database, newestRowAhead: NewestRowAhead): Promise<void> {
  await Promise.all([database.requireWritable(), requireMigrated(database)]);
  const ms = await newestRowAhead(database);
  if (ms > aheadMsMax) throw new ClockBehind(ms);
}
