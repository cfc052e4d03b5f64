import type { AccountRef, AccountState } from "./account.ts";
import type { Amount } from "./amount.ts";
import type { Known } from "./command.ts";
import type { CurrencyBook } from "./currency.ts";
import type { Hold } from "./hold.ts";
import { LayeredMap } from "./layered-map.ts";

/** The newest credit of an account: what the balance was right after it, less what was taken back of it since. */
export interface NewestCredit {
  readonly id: string;
  readonly balance: Amount;
}

/** What is true before a batch, read under the locks that the batch holds. */
export interface LedgerState {
  /** Every account that the batch touches, by key. Of a customer that does not exist there is none. */
  readonly accounts: ReadonlyMap<string, AccountState>;
  /** Holds that the batch names, by id. */
  readonly holds: ReadonlyMap<string, Hold>;
  /** Holds that were found to be due and to be captured, as many as fit a batch. */
  readonly dueCaptures: readonly Hold[];
  /** How much of charges, captures and credits was given or taken back, by id. */
  readonly returned: ReadonlyMap<string, Amount>;
  /** The newest credits of accounts, by key, where the batch has a capped adjustment; null: it never had one. */
  readonly newestCredits: ReadonlyMap<string, NewestCredit | null>;
  /** Of the batch's operation ids those that were done already. */
  readonly known: ReadonlyMap<string, Known>;
  readonly currencies: CurrencyBook;
  /** The moment of the batch, by the database's clock. */
  readonly at: Date;
}

const layers = ["accounts", "holds", "returned", "newestCredits", "known"] as const;

interface Values {
  accounts: AccountState;
  holds: Hold;
  returned: Amount;
  newestCredits: NewestCredit | null;
  known: Known;
}

type Below = Pick<LedgerView, "at" | "currencies"> & {
  [M in (typeof layers)[number]]: { get(key: string): Values[M] | undefined };
};

/** A ledger state that can be changed on trial. */
export class LedgerView {
  readonly accounts: LayeredMap<string, AccountState>;
  readonly holds: LayeredMap<string, Hold>;
  readonly returned: LayeredMap<string, Amount>;
  readonly newestCredits: LayeredMap<string, NewestCredit | null>;
  readonly known: LayeredMap<string, Known>;
  readonly currencies: CurrencyBook;
  readonly at: Date;

  constructor(below: Below) {
    this.accounts = new LayeredMap(below.accounts);
    this.holds = new LayeredMap(below.holds);
    this.returned = new LayeredMap(below.returned);
    this.newestCredits = new LayeredMap(below.newestCredits);
    this.known = new LayeredMap(below.known);
    this.currencies = below.currencies;
    this.at = below.at;
  }

  /** Makes the changes of a view upon this one its own. */
  takeOver(trial: LedgerView): void {
    this.accounts.takeOver(trial.accounts);
    this.holds.takeOver(trial.holds);
    this.returned.takeOver(trial.returned);
    this.newestCredits.takeOver(trial.newestCredits);
    this.known.takeOver(trial.known);
  }

  /** An account that is there if its owner is: a counter-account, or that of a customer that was found. */
  account({ key }: AccountRef): AccountState {
    const account = this.accounts.get(key);
    if (account === undefined) throw new Error(`account ${key} was not loaded with its batch`);
    return account;
  }
}
