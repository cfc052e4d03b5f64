import { drizzle } from "drizzle-orm/postgres-js";
import type { Session } from "../connections/session.ts";
import { CommitUnanswered, ConnectionLost, isAborted, isConnectionLoss, RolledBack } from "../errors.ts";
import type { DriverQuery } from "../queries/driver-query.ts";
import { type Ask, prepared } from "../queries/prepared.ts";
import type { Orm } from "../statements/orm.ts";
import { OpenTransaction } from "./open-transaction.ts";

/** What is known of a transaction within it. */
export interface Within {
  /** Whether the database has Citus. */
  readonly isDistributed: boolean;
  /** The statements that have changed something so far. */
  readonly changing: ReadonlySet<unknown>;
}

/**
 * Runs `work` in one transaction of a connection that nobody else uses meanwhile: all of it commits, or nothing.
 *
 * @throws CommitUnanswered where it is not known whether what was changed stands; not where nothing was.
 */
export async function transact<T>(
  session: Session,
  work: (orm: Orm, within: Within) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const transaction = new OpenTransaction(session);
  // Behind a BEGIN that failed the statements would each be a transaction of their own.
  await transaction.begun;
  const changing = new Set<DriverQuery>();
  const ask: Ask = (...asked) => noted(transaction.ask(...asked), changing);
  const client = prepared((asking) => asking(ask), signal);
  try {
    const result = await work(drizzle({ client }), { isDistributed: session.isDistributed, changing });
    const { command } = await answered(transaction.commit(), changing);
    if (command !== "COMMIT") throw transaction.failure ?? new RolledBack();
    return result;
  } catch (error) {
    const { isLost } = session;
    await transaction.rollBack();
    if (error instanceof CommitUnanswered) throw error;
    if (isLost) throw new ConnectionLost();
    throw isAborted(error) ? transaction.failure : error;
  }
}

/** Keeps a statement among those that may have changed something until it says that it has not. */
function noted(query: DriverQuery, changing: Set<DriverQuery>): DriverQuery {
  changing.add(query);
  query.then(
    ({ command, count }) => {
      if (command === "SELECT" || count === 0) changing.delete(query);
    },
    () => undefined,
  );
  return query;
}

/** An error of the database's own in place of an answer says as little: it may be that the wait for a standby ended. */
async function answered<T>(commit: PromiseLike<T>, changing: ReadonlySet<DriverQuery>): Promise<T> {
  try {
    return await commit;
  } catch (error) {
    if (changing.size === 0 || !isConnectionLoss(error)) throw error;
    throw new CommitUnanswered("COMMIT was not answered", { cause: error });
  }
}
