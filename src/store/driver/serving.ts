import type { Database } from "./database.ts";
import { requireMigrated } from "./migrate.ts";

/**
 * How far the newest row may be ahead of the database's clock, in milliseconds. While the clock is behind what is booked may come
 * before what was answered as closed, and what has ended is good again. It is told until the next row is written.
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
