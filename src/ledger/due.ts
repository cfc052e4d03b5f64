import { type AccountState, changedAccount, distinct } from "../domain/account.ts";
import { Amount } from "../domain/amount.ts";
import { capturesDue, placeOfHold } from "../domain/due-holds.ts";
import type { Hold } from "../domain/hold.ts";
import type { LedgerState } from "../domain/ledger-view.ts";
import type { Transaction } from "../store/driver/lane.ts";
import { dueCaptures, type NotedHold, noteExpired, overdue } from "../store/settlement/due-holds.ts";
import { lockAccounts } from "../store/settlement/lock.ts";
import type { AccountDirectory, DirectoryPlace } from "./account-directory.ts";
import { type Loaded, loadMore } from "./load.ts";

/** The state of a batch with what time alone has changed. */
export interface Due {
  readonly state: LedgerState;
  /** Accounts by key as their rows are. */
  readonly before: ReadonlyMap<string, AccountState>;
  /** Accounts that time has changed, whether or not the batch does. */
  readonly touched: readonly AccountState[];
  /** Holds that were noted as expired. */
  readonly noted: readonly string[];
}

/**
 * Looks at the holds of accounts on which something is due, and at no others, so that a thousand live ones cost nothing.
 * Bounded: what is due and does not fit a batch counts as if it were noted.
 */
export async function loadDue(
  transaction: Transaction,
  place: DirectoryPlace,
  { state, moment }: Loaded,
  directory: AccountDirectory,
): Promise<Due> {
  const { orgId } = place;
  const { at } = moment;
  const due = [...state.accounts.values()].filter(({ dueAt }) => dueAt !== null && dueAt <= at);
  if (due.length === 0) return { state, before: state.accounts, touched: [], noted: [] };
  const which = { orgId, at, accountIds: due.map(({ id }) => id) };
  const noted = await noteExpired(transaction.orm, which);
  const [left, found] = await Promise.all([
    overdue(transaction.orm, which),
    dueCaptures(transaction.orm, which),
  ]);
  const touched = due.map((account) => {
    const { amount, dueAt } = left.get(account.id) ?? { amount: Amount.zero, dueAt: null };
    return afterExpiry(account, {
      noted: noted.filter(({ accountId }) => accountId === account.id),
      amount,
      dueAt,
    });
  });
  const captures = capturesDue({ holds: state.holds, dueCaptures: found, at });
  const counters = await countersFor(transaction, place, { captures, state, directory });
  const before = new Map([...state.accounts, ...counters.map((each) => [each.key, each] as const)]);
  return {
    before,
    touched,
    noted: noted.map(({ id }) => id),
    state: {
      ...state,
      accounts: new Map([...before, ...touched.map((each) => [each.key, each] as const)]),
      holds: withNoted(state.holds, noted),
      dueCaptures: captures,
    },
  };
}

function afterExpiry(
  account: AccountState,
  of: { noted: readonly NotedHold[]; amount: Amount; dueAt: Date | null },
): AccountState {
  const noted = of.noted.reduce((sum, { remaining }) => sum.plus(remaining), Amount.zero);
  return changedAccount(account, {
    sequence: account.sequence + of.noted.length,
    held: account.held.minus(noted).minus(of.amount),
    overdue: of.amount,
    dueAt: of.dueAt,
  });
}

function withNoted(holds: ReadonlyMap<string, Hold>, noted: readonly NotedHold[]): ReadonlyMap<string, Hold> {
  const isNoted = new Set(noted.map(({ id }) => id));
  return new Map(
    [...holds].map(([id, hold]) => [
      id,
      isNoted.has(id) ? { ...hold, state: "expired", remaining: Amount.zero } : hold,
    ]),
  );
}

/** What captures pay, where the batch does not have it. Its stripe is this lane's own, so nobody else waits for it. */
async function countersFor(
  transaction: Transaction,
  place: DirectoryPlace,
  of: { captures: readonly Hold[]; state: LedgerState; directory: AccountDirectory },
): Promise<AccountState[]> {
  const wanted = of.captures
    .map((hold) => placeOfHold(hold).counter)
    .filter(({ key }) => !of.state.accounts.has(key));
  const refs = distinct(wanted);
  if (refs.length === 0) return [];
  const { existing, missing } = await of.directory.locate(place, refs);
  const locked = lockAccounts(transaction, place.orgId, existing);
  return loadMore(transaction, place, { missing, at: of.state.at, locked });
}
