import type { Session } from "../connections/session.ts";
import { ConnectionLost, isLockTimeout, isUnclearCommit, TurnTaken } from "../errors.ts";
import type { DriverQuery } from "../queries/driver-query.ts";
import { runOnce } from "./run-once.ts";

/**
 * How long ROLLBACK may take. It waits for what it undoes, which has been cancelled if it takes long; of a node that is silent
 * that cannot be, and the connection would be kept until the node is back.
 */
const rollbackMsMax = 5_000;

/** A transaction on a connection: its statements are sent in the order in which they are asked for, until it is over. */
export class OpenTransaction {
  /** The answer to BEGIN. */
  readonly begun: DriverQuery;
  isOver = false;
  /** Why the first of its statements failed. Whatever was sent behind it fails because of that, and says less. */
  failure: unknown;

  constructor(private readonly session: Session) {
    this.begun = session.ask("begin");
  }

  get isDistributed(): boolean {
    return this.session.isDistributed;
  }

  /** @param isTurn see Bound */
  ask(text: string, parameters: readonly unknown[], isTurn = false): DriverQuery {
    if (this.isOver) throw new Error("a statement for a transaction that is over");
    const query = this.session.ask(text, parameters);
    query.catch((error: unknown) => {
      this.failure ??= isTurn && isLockTimeout(error) ? new TurnTaken() : error;
    });
    return runOnce(query);
  }

  /** @throws ConnectionLost, too, where a node of the database failed in a way that leaves open what stands */
  commit(): Promise<{ readonly command: string }> {
    this.isOver = true;
    return this.session.ask("commit").catch((error: unknown) => {
      throw isUnclearCommit(error) ? new ConnectionLost("a node did not commit", { cause: error }) : error;
    });
  }

  /** Undoes whatever is not committed. A connection on which that fails, or is not answered in time, is given up. */
  async rollBack(): Promise<void> {
    this.isOver = true;
    if (this.session.isLost) return;
    const giveUp = () => this.session.lose();
    const patience = setTimeout(giveUp, rollbackMsMax);
    await this.session
      .ask("rollback")
      .catch(giveUp)
      .finally(() => clearTimeout(patience));
  }
}
