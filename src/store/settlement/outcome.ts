import type { AccountState } from "../../domain/account.ts";
import type { Decision } from "../../domain/decide.ts";
import type { Moment } from "./moment.ts";

/** An account whose row is to be written, with the sequence that it had. */
export interface WrittenAccount {
  readonly account: AccountState;
  readonly sequenceBefore: number;
  readonly stripe: number;
  /** Where its row is; null where it has none, or that is not known. */
  readonly tuple: string | null;
}

/** What a batch came to, beside what was true before it. */
export interface Outcome {
  readonly orgId: string;
  readonly moment: Moment;
  readonly decision: Decision;
  readonly accounts: readonly WrittenAccount[];
  /** Ids of holds that had a row before. */
  readonly knownHolds: ReadonlySet<string>;
  /** Every hold that was noted as expired. */
  readonly expired: readonly string[];
}
