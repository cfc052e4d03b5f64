import { drizzle } from "drizzle-orm/postgres-js";
import { CommitUnanswered, ConnectionLost, isConnectionLoss, RolledBack } from "./errors.ts";
import { OpenTransaction } from "./open-transaction.ts";
import type { Orm } from "./orm.ts";
import { prepared } from "./prepared.ts";
import type { Session } from "./session.ts";

/** Runs `work` in one transaction of a connection that nobody else uses meanwhile: all of it commits, or nothing. */
export async function transact<T>(
  session: Session,
  work: (orm: Orm) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const transaction = new OpenTransaction(session);
  // Behind a BEGIN that failed the statements would each be a transaction of their own.
  await transaction.begun;
  const client = prepared((asking) => asking((...query) => transaction.ask(...query)), signal);
  try {
    const result = await work(drizzle({ client }));
    const { command } = await answered(transaction.commit());
    if (command !== "COMMIT") throw transaction.failure ?? new RolledBack();
    return result;
  } catch (error) {
    await transaction.rollBack();
    if (error instanceof CommitUnanswered) throw error;
    throw session.isLost ? new ConnectionLost() : error;
  }
}

/** An error of the database's own in place of an answer says as little: it may be that the wait for a standby ended. */
async function answered<T>(commit: PromiseLike<T>): Promise<T> {
  try {
    return await commit;
  } catch (error) {
    throw isConnectionLoss(error) ? new CommitUnanswered("COMMIT was not answered", { cause: error }) : error;
  }
}
