import { type AccountState, changedAccount, distinct } from "../domain/account.ts";
import { Amount } from "../domain/amount.ts";
import { capturesDue, placeOfHold } from "../domain/due-holds.ts";
import type { Hold } from "../domain/hold.ts";
import type { LedgerState } from "../domain/ledger-view.ts";
import type { Transaction } from "../store/driver/transactions/lane.ts";
import { dueCaptures, type NotedHold, noteExpired, overdue } from "../store/settlement/due-holds.ts";
import { lockAccounts } from "../store/settlement/lock.ts";
import type { AccountDirectory, DirectoryPlace } from "./account-directory.ts";
import { type Loaded, loadMore } from "./load.ts";

/** The state of a batch, with what the passing of time has changed. */
export interface Due {
  readonly state: LedgerState;
  /** The accounts as their rows have them, by key. */
  readonly before: ReadonlyMap<string, AccountState>;
  /** The accounts that time has changed, which are written even where the batch itself does not change them. */
  readonly touched: readonly AccountState[];
  /** Ids of the holds that were noted as expired. */
  readonly noted: readonly string[];
}

/**
 * Notes expired holds, and loads those to be captured. It looks only at accounts on which a hold is due, so a thousand active
 * holds cost nothing. It is bounded: holds that are due and do not fit into one batch are treated as if they were noted.
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

/** The counter-accounts of captures that the batch has not loaded. Their stripe is this lane's own, so nobody waits for them. */
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
