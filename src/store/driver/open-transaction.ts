import type { DriverQuery } from "./driver-query.ts";
import { runOnce } from "./run-once.ts";
import type { Session } from "./session.ts";

/** A transaction on a connection: its statements are sent in the order in which they are asked for, until it is over. */
export class OpenTransaction {
  /** The answer to BEGIN. */
  readonly begun: DriverQuery;
  isOver = false;

  constructor(private readonly session: Session) {
    this.begun = session.ask("begin");
  }

  ask(text: string, parameters: readonly unknown[]): DriverQuery {
    if (this.isOver) throw new Error("a statement for a transaction that is over");
    return runOnce(this.session.ask(text, parameters));
  }

  commit(): DriverQuery {
    this.isOver = true;
    return this.session.ask("commit");
  }

  /** Undoes whatever is not committed. A connection on which that fails is given up. */
  async rollBack(): Promise<void> {
    this.isOver = true;
    if (!this.session.isLost) await this.session.ask("rollback").catch(() => this.session.lose());
  }
}
