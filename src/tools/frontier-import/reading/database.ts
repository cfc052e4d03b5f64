import { sql } from "drizzle-orm";
import { wholeTableSettings } from "../../../store/driver/connections/settings.ts";
import { openDatabase } from "../../../store/driver/database.ts";
import { FrontierFailure } from "./failure.ts";
import { FrontierSnapshot } from "./snapshot.ts";

/**
 * Reads a Frontier's database as it stands at one moment, however long that takes, and changes nothing in it.
 *
 * @throws FrontierFailure where that database is the reason; whatever `work` throws
 */
export async function readFrontier<T>(
  url: string,
  work: (frontier: FrontierSnapshot) => Promise<T>,
): Promise<T> {
  const database = openDatabase(url);
  let workFailure: unknown;
  try {
    return await database.transaction(async (orm) => {
      await orm.execute(sql`set transaction isolation level repeatable read, read only`);
      for (const [name, value] of Object.entries(wholeTableSettings))
        await orm.execute(sql`select set_config(${name}, ${value}, true)`);
      await orm.execute(sql`select set_config('statement_timeout', '0', true),
        set_config('idle_in_transaction_session_timeout', '0', true), set_config('timezone', 'UTC', true),
        -- Every cursor is read to its end.
        set_config('cursor_tuple_fraction', '1', true)`);
      return work(new FrontierSnapshot(orm)).catch((error: unknown) => {
        workFailure = error;
        throw error;
      });
    });
  } catch (error) {
    throw error === workFailure ? error : new FrontierFailure(error);
  } finally {
    await database.close();
  }
}
