import type { AccountState } from "../../domain/account.ts";
import type { Decision } from "../../domain/decide.ts";
import type { Moment } from "./moment.ts";

/** An account to be written, with the sequence that its row has now. */
export interface WrittenAccount {
  readonly account: AccountState;
  readonly sequenceBefore: number;
  readonly stripe: number;
  /** The place of its row (ctid); null for a new account, and where it is not known. */
  readonly tuple: string | null;
}

/** Everything that a batch writes, and what is needed to write it. */
export interface Outcome {
  readonly orgId: string;
  readonly moment: Moment;
  readonly decision: Decision;
  readonly accounts: readonly WrittenAccount[];
  /** Ids of the holds that have a row already. */
  readonly knownHolds: ReadonlySet<string>;
  /** Ids of all holds that were noted as expired. */
  readonly expired: readonly string[];
}
