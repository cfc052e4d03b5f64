import type { Command, Verdict } from "../domain/command.ts";
import type { Database } from "../store/driver/database.ts";
import { AccountDirectory } from "./account-directory.ts";
import { Engine } from "./engine.ts";
import type { Departure, Pending } from "./queue.ts";
import { Settlement } from "./settlement.ts";
import { customerAccounts, type Touched } from "./touched.ts";

/** Operations that one command may hold. */
export const commandOperationsMax = 1_000;

/** The one way by which balances change. */
export class Ledger {
  private readonly directory: AccountDirectory;
  private readonly engine: Engine;

  constructor(database: Database) {
    this.directory = new AccountDirectory(database);
    this.engine = new Engine(new Settlement(database, this.directory));
  }

  /**
   * Does a command, whole or not at all. The verdict is a value; thrown are only OVERLOADED, UNAVAILABLE and the reason
   * of a departure, at once where it has listeners; then the caller learns by a retry with the same ids whether it was
   * done.
   */
  submit(command: Command, departure?: Departure): Promise<Verdict> {
    if (command.operations.length > commandOperationsMax) {
      throw new Error(`a command holds at most ${commandOperationsMax} operations`);
    }
    return new Promise((resolve, reject) => {
      const answers = departure?.addEventListener
        ? untilLeaving(departure, { resolve, reject })
        : { resolve, reject };
      this.engine.submit({
        command,
        accounts: customerAccounts(command),
        signal: departure,
        resolve: answers.resolve,
        reject: answers.reject,
      });
    });
  }

  /** Whether an account is known to exist, and so its owner, without asking the database. */
  knows(orgId: string, { owner, currency }: Touched): boolean {
    return this.directory.knows(orgId, { owner, currency, stripe: 0 });
  }
}

type Answers = Pick<Pending, "resolve" | "reject">;

/** Rejects as soon as the caller leaves, whatever comes later. */
function untilLeaving(departure: Departure, { resolve, reject }: Answers): Answers {
  const leave = () => reject(departure.reason);
  departure.addEventListener?.("abort", leave, { once: true });
  const arrive = <A>(answer: (value: A) => void) => {
    return (value: A) => {
      departure.removeEventListener?.("abort", leave);
      answer(value);
    };
  };
  return { resolve: arrive(resolve), reject: arrive(reject) };
}
