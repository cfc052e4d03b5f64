import { type AccountAfter, type AccountState, balanceOf, changedAccount } from "./account.ts";
import { Amount } from "./amount.ts";
import type { Decision } from "./decide.ts";
import { type Hold, isDue, isExpired } from "./hold.ts";
import type { LedgerState, NewestCredit } from "./ledger-view.ts";
import { customerSide, type Recorded } from "./recorded.ts";
import type { Known } from "./verdict.ts";

/** What is true after a decision, as a batch at a later moment reads it. */
export function stateAfter(state: LedgerState, decision: Decision, later: Date = state.at): LedgerState {
  const accounts = new Map(state.accounts);
  for (const each of decision.accounts) accounts.set(each.key, each);
  const holds = new Map(state.holds);
  for (const hold of decision.holds) holds.set(hold.id, hold);
  const known = new Map(state.known);
  const returned = new Map(state.returned);
  for (const recorded of decision.done) {
    known.set(recorded.id, knownOf(recorded, holds));
    if (recorded.refersTo !== null && recorded.returned !== null)
      returned.set(recorded.refersTo, recorded.returned);
  }
  const newestCredits = newestOf(accounts.values(), known.values(), returned);
  return stateAt({ ...state, accounts, holds, known, returned, newestCredits }, later);
}

/**
 * What a batch at another moment reads of the same rows: as ledger/due.ts loads it, where `notedMax` holds that have
 * expired are noted as such, and the rest counts as if it were.
 */
export function stateAt(state: LedgerState, moment: Date, notedMax = 0): LedgerState {
  const holds = new Map(state.holds);
  const oldestFirst = [...holds.values()].sort((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime());
  const noted = oldestFirst.filter((hold) => isExpired(hold, moment)).slice(0, notedMax);
  for (const hold of noted) holds.set(hold.id, { ...hold, state: "expired", remaining: Amount.zero });
  const accounts = [...state.accounts].map(([key, stored]): [string, AccountState] => {
    const row = changedAccount(stored, { held: stored.held.plus(stored.overdue), overdue: Amount.zero });
    if (row.dueAt === null || row.dueAt > moment) return [key, row];
    const own = (hold: Hold) => hold.accountId === row.id;
    const left = [...holds.values()].filter((hold) => own(hold) && hold.state === "active");
    const overdue = sumOf(left.filter((hold) => isExpired(hold, moment)));
    const dueAt = left.reduce<Date | null>(
      (first, { expiresAt }) => (first !== null && first < expiresAt ? first : expiresAt),
      null,
    );
    const sequence = row.sequence + noted.filter(own).length;
    const held = row.held.minus(sumOf(noted.filter(own))).minus(overdue);
    return [key, changedAccount(row, { sequence, held, overdue, dueAt })];
  });
  const dueCaptures = oldestFirst.filter((hold) => isDue(hold, moment) && hold.onExpiry === "capture");
  return { ...state, accounts: new Map(accounts), holds, dueCaptures, at: moment };
}

/** An operation as the journal answers it, with the hold as it then stood. */
function knownOf(recorded: Recorded, holds: ReadonlyMap<string, Hold>): Known {
  const hold = holds.get(recorded.hold?.holdId ?? "");
  if (recorded.hold === null || hold === undefined) return { recorded, hold: null };
  const { captured, remaining, state, expiresAt } = recorded.hold;
  return { recorded, hold: { ...hold, captured, remaining, state, expiresAt } };
}

function newestOf(
  accounts: Iterable<AccountState>,
  known: Iterable<Known>,
  returned: ReadonlyMap<string, Amount>,
): Map<string, NewestCredit | null> {
  const newest = new Map<string, { id: string; after: AccountAfter }>();
  for (const { recorded } of known) {
    const after = recorded.to?.account;
    if (after === undefined || (recorded.kind !== "credit" && recorded.kind !== "transfer")) continue;
    if ((newest.get(after.id)?.after.version ?? 0) < after.version)
      newest.set(after.id, { id: recorded.id, after });
  }
  return new Map(
    [...accounts].map((account): [string, NewestCredit | null] => {
      const credit = newest.get(account.id);
      if (credit === undefined) return [account.key, null];
      const balance = balanceOf(credit.after).minus(returned.get(credit.id) ?? Amount.zero);
      return [account.key, { id: credit.id, balance }];
    }),
  );
}

export function sumOf(holds: readonly Hold[]): Amount {
  return holds.reduce((sum, { remaining }) => sum.plus(remaining), Amount.zero);
}

/** The customer's account as an operation left it. */
export function accountAfter(recorded: Recorded) {
  return customerSide(recorded).account;
}
