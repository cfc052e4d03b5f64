import type { AccountRef, AccountState } from "./account.ts";
import type { Amount } from "./amount.ts";
import type { CurrencyBook } from "./currency.ts";
import type { Hold } from "./hold.ts";
import { LayeredMap } from "./layered-map.ts";
import type { Known } from "./verdict.ts";

/** The newest credit of an account, and the balance right after it, less reversals of that credit. */
export interface NewestCredit {
  readonly id: string;
  readonly balance: Amount;
}

/** The state before a batch, read under the locks of the batch. */
export interface LedgerState {
  /** The accounts that the batch touches, by key, but none of customers that do not exist. */
  readonly accounts: ReadonlyMap<string, AccountState>;
  /** Holds that the batch names, by id. */
  readonly holds: ReadonlyMap<string, Hold>;
  /** Holds that are due and to be captured, as many as fit into a batch. */
  readonly dueCaptures: readonly Hold[];
  /** How much was refunded of charges and captures, and reversed of credits, by id. */
  readonly returned: ReadonlyMap<string, Amount>;
  /** The newest credit of each account with a capped adjustment in the batch, by key; null: it never had one. */
  readonly newestCredits: ReadonlyMap<string, NewestCredit | null>;
  /** The operations of the batch that were done already, by id. */
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

/** A ledger state with changes on top, which may be kept or dropped. */
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

  /** Takes over the changes of a view that lies on top of this one. */
  takeOver(trial: LedgerView): void {
    this.accounts.takeOver(trial.accounts);
    this.holds.takeOver(trial.holds);
    this.returned.takeOver(trial.returned);
    this.newestCredits.takeOver(trial.newestCredits);
    this.known.takeOver(trial.known);
  }

  /** An account that must have been loaded: a counter-account, or that of a customer that exists. */
  account({ key }: AccountRef): AccountState {
    const account = this.accounts.get(key);
    if (account === undefined) throw new Error(`account ${key} was not loaded with its batch`);
    return account;
  }
}
