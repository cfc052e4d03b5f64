import { sql } from "drizzle-orm";
import type { Orm } from "./orm.ts";
import { laneLockMsMax } from "./settings.ts";

/**
 * Lets a transaction wait for locks no longer than batches do, which queue behind it: what takes longer is contention, and
 * tried again.
 */
export async function waitAsBatchesDo(orm: Orm): Promise<void> {
  await orm.execute(sql`select set_config('lock_timeout', ${`${laneLockMsMax}`}, true)`);
}
