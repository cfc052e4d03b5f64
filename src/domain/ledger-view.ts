import type { AccountState } from "./account.ts";
import type { Amount } from "./amount.ts";
import type { Change, Content } from "./command.ts";
import type { Hold } from "./hold.ts";
import { LayeredMap } from "./layered-map.ts";
import type { Transfer } from "./transfer.ts";

/** An operation that was done, and what was asked for then. */
export interface Known {
  readonly content: () => Content;
  readonly change: Change;
}

/** A charge or capture that can be given back, with what was given back so far. */
export interface Refundable {
  readonly transfer: Transfer;
  readonly refunded: Amount;
}

/** What is true before a batch, read under the locks that the batch holds. */
export interface LedgerState {
  /** Every account that the batch touches, by `accountKey`. */
  readonly accounts: ReadonlyMap<string, AccountState>;
  /** Holds that the batch names, and all of its accounts' that have expired, by id. */
  readonly holds: ReadonlyMap<string, Hold>;
  /** Transfers that the batch gives back, by id. */
  readonly refundables: ReadonlyMap<string, Refundable>;
  /** Of the batch's operation ids those that were done already. */
  readonly known: ReadonlyMap<string, Known>;
  /** The moment of the batch, by the database's clock. */
  readonly at: Date;
}

/** A ledger state that can be changed on trial. */
export class LedgerView {
  readonly accounts: LayeredMap<string, AccountState>;
  readonly holds: LayeredMap<string, Hold>;
  readonly refundables: LayeredMap<string, Refundable>;
  readonly known: LayeredMap<string, Known>;
  readonly at: Date;

  constructor(
    below: Pick<LedgerView, "at"> & {
      [M in "accounts" | "holds" | "refundables" | "known"]: {
        get(key: string): LedgerViewValue<M> | undefined;
      };
    },
  ) {
    this.accounts = new LayeredMap(below.accounts);
    this.holds = new LayeredMap(below.holds);
    this.refundables = new LayeredMap(below.refundables);
    this.known = new LayeredMap(below.known);
    this.at = below.at;
  }

  /** Makes the changes of a view upon this one its own. */
  takeOver(trial: LedgerView): void {
    this.accounts.takeOver(trial.accounts);
    this.holds.takeOver(trial.holds);
    this.refundables.takeOver(trial.refundables);
    this.known.takeOver(trial.known);
  }

  /** An account of the batch. */
  account(key: string): AccountState {
    const account = this.accounts.get(key);
    if (account === undefined) throw new Error(`account ${key} was not loaded with its batch`);
    return account;
  }
}

interface Values {
  accounts: AccountState;
  holds: Hold;
  refundables: Refundable;
  known: Known;
}
type LedgerViewValue<M extends keyof Values> = Values[M];
