import type { AccountState } from "../domain/account.ts";
import type { Operation } from "../domain/command.ts";
import type { Hold } from "../domain/hold.ts";
import type { LedgerState, NewestCredit } from "../domain/ledger-view.ts";
import type { Transaction } from "../store/driver/lane.ts";
import { findKnown } from "../store/journal/known.ts";
import { readCurrencies } from "../store/settlement/currency-book.ts";
import { findHolds } from "../store/settlement/due-holds.ts";
import { knownIds } from "../store/settlement/known-ids.ts";
import { lockedAccounts, type Moment, momentOf } from "../store/settlement/lock.ts";
import { newcomers } from "../store/settlement/newcomers.ts";
import { newestCredits, returnedOf } from "../store/settlement/returned.ts";
import type { DirectoryPlace, Location } from "./account-directory.ts";

/** What is true before a batch, and when that was. */
export interface Loaded {
  readonly state: LedgerState;
  readonly moment: Moment;
}

/**
 * Loads all that decides about operations, in one flight: every statement is sent behind the one that takes the locks.
 * Each asks one table for a list of keys: on tables that nobody has analyzed yet, and all are new once, PostgreSQL has
 * been seen to join whole tables to each other first.
 */
export async function loadState(
  transaction: Transaction,
  { orgId }: DirectoryPlace,
  of: { operations: readonly Operation[]; located: Location; locks: Promise<unknown> },
): Promise<Loaded> {
  const { operations, located } = of;
  const { existing, missing } = located;
  const named = operations.flatMap((each) => ("holdId" in each ? [each.holdId] : []));
  const origins = operations.flatMap((each) =>
    "origin" in each && each.origin ? [each.origin.recorded.id] : [],
  );
  const [, moment, accountsAt, fresh, currencies, known, holds, returned, newest] = await Promise.all([
    of.locks,
    momentOf(transaction, orgId),
    lockedAccounts(transaction, orgId, existing),
    missing.length > 0 ? newcomers(transaction, orgId, missing) : () => [],
    readCurrencies(transaction, orgId, currenciesOf(located)),
    knownOperations(transaction, orgId, operations),
    named.length > 0 ? findHolds(transaction.orm, orgId, named) : [],
    origins.length > 0 ? returnedOf(transaction.orm, orgId, origins) : new Map(),
    newestOf(transaction, orgId, { operations, located }),
  ]);
  const { at } = moment;
  const accounts = [...accountsAt(at), ...fresh(at)];
  return {
    moment,
    state: {
      accounts: new Map(accounts.map((account) => [account.key, account])),
      holds: new Map(holds.map((hold: Hold) => [hold.id, hold])),
      dueCaptures: [],
      returned,
      newestCredits: newest,
      known,
      currencies,
      at,
    },
  };
}

/** Counter-accounts and customers' accounts that a batch needs beside those that it has. */
export async function loadMore(
  transaction: Transaction,
  { orgId }: DirectoryPlace,
  { located, at, locks }: { located: Location; at: Date; locks: Promise<unknown> },
): Promise<AccountState[]> {
  const [, accountsAt, fresh] = await Promise.all([
    locks,
    lockedAccounts(transaction, orgId, located.existing),
    newcomers(transaction, orgId, located.missing),
  ]);
  return [...accountsAt(at), ...fresh(at)];
}

function currenciesOf({ existing, missing }: Location): string[] {
  return [
    ...new Set([...existing.map(({ ref }) => ref.currency), ...missing.map(({ currency }) => currency)]),
  ];
}

/** Mostly there are none, and no more is asked. */
async function knownOperations(transaction: Transaction, orgId: string, operations: readonly Operation[]) {
  const ids = await knownIds(
    transaction,
    orgId,
    operations.map(({ id }) => id),
  );
  return ids.length === 0 ? new Map() : findKnown(transaction.orm, orgId, ids);
}

async function newestOf(
  transaction: Transaction,
  orgId: string,
  { operations, located }: { operations: readonly Operation[]; located: Location },
): Promise<Map<string, NewestCredit | null>> {
  const keys = new Set(
    operations.flatMap((each) =>
      each.type === "transfer" && each.isCapped && each.own ? [each.own.key] : [],
    ),
  );
  if (keys.size === 0) return new Map();
  const accounts = located.existing.filter(({ ref }) => keys.has(ref.key));
  const found = await newestCredits(
    transaction.orm,
    orgId,
    accounts.map(({ id }) => id),
  );
  const known = accounts.map(({ ref, id }) => [ref.key, found.get(id) ?? null] as const);
  return new Map([...[...keys].map((key) => [key, null] as const), ...known]);
}
