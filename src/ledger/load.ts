import type { AccountRef, AccountState } from "../domain/account.ts";
import type { Operation } from "../domain/asked-operation.ts";
import type { Command } from "../domain/command.ts";
import type { Hold } from "../domain/hold.ts";
import type { LedgerState, NewestCredit } from "../domain/ledger-view.ts";
import { currenciesWithCeilings } from "../domain/under-ceiling.ts";
import type { Known } from "../domain/verdict.ts";
import { wordsThatMatter } from "../domain/words.ts";
import type { Transaction } from "../store/driver/transactions/lane.ts";
import { findKnown } from "../store/journal/known.ts";
import { accountState } from "../store/settlement/account-state.ts";
import { ceilingsOf } from "../store/settlement/ceilings.ts";
import { findHolds } from "../store/settlement/due-holds.ts";
import type { LocatedAccount, LockedAccount } from "../store/settlement/lock.ts";
import { type Moment, momentOf } from "../store/settlement/moment.ts";
import { newcomers } from "../store/settlement/newcomers.ts";
import { newestCredits, returnedOf } from "../store/settlement/returned.ts";
import { type Surroundings, surroundingsOf } from "../store/settlement/surroundings.ts";
import type { DirectoryPlace, Location } from "./account-directory.ts";

/** The state before a batch, and the moment of the batch. */
export interface Loaded {
  readonly state: LedgerState;
  readonly moment: Moment;
}

/**
 * Loads everything that decides about operations, in one round trip: all statements are sent right behind the one that takes
 * the locks. No statement joins tables: as long as nobody has analyzed new tables, PostgreSQL may join them whole.
 */
export async function loadState(
  transaction: Transaction,
  { orgId }: DirectoryPlace,
  of: {
    commands: readonly Command[];
    located: Location;
    locked: Promise<readonly LockedAccount[]>;
  },
): Promise<Loaded> {
  const { located } = of;
  const operations = of.commands.flatMap((command): readonly Operation[] => command.operations);
  const bounded = currenciesWithCeilings(of.commands);
  const { existing, missing } = located;
  const named = operations.flatMap((each) => ("holdId" in each ? [each.holdId] : []));
  const origins = operations.flatMap((each) =>
    "origin" in each && each.origin ? [each.origin.recorded.id] : [],
  );
  const [locked, moment, surroundings, fresh, holds, returned, newest, ceilings] = await Promise.all([
    of.locked,
    momentOf(transaction, orgId),
    surroundingsOf(transaction, orgId, { ids: operations.map(({ id }) => id), ...accountsOf(located) }),
    missing.length > 0 ? newcomers(transaction, orgId, missing) : () => [],
    named.length > 0 ? findHolds(transaction.orm, orgId, named) : [],
    origins.length > 0 ? returnedOf(transaction.orm, orgId, origins) : new Map(),
    newestOf(transaction, orgId, { operations, existing }),
    bounded.length > 0 ? ceilingsOf(transaction, orgId, bounded) : undefined,
  ]);
  const { at } = moment;
  return {
    moment,
    state: {
      accounts: byKey([...locked.map((account) => accountState(account, surroundings, at)), ...fresh(at)]),
      holds: new Map(holds.map((hold: Hold) => [hold.id, hold])),
      dueCaptures: [],
      returned,
      newestCredits: newest,
      known: await knownOf(transaction, orgId, { operations, ...surroundings }),
      currencies: ceilings === undefined ? surroundings.currencies : { ...surroundings.currencies, ceilings },
      at,
    },
  };
}

/** Loads counter-accounts that a batch turns out to need. */
export async function loadMore(
  transaction: Transaction,
  { orgId }: DirectoryPlace,
  of: { missing: readonly AccountRef[]; at: Date; locked: Promise<readonly LockedAccount[]> },
): Promise<AccountState[]> {
  const [locked, fresh] = await Promise.all([of.locked, newcomers(transaction, orgId, of.missing)]);
  const nothing = { accountTerms: new Map(), customers: new Map() };
  return [...locked.map((account) => accountState(account, nothing, of.at)), ...fresh(of.at)];
}

function byKey(accounts: readonly AccountState[]): Map<string, AccountState> {
  return new Map(accounts.map((account) => [account.key, account]));
}

/** The currencies and customers of the accounts of a batch. */
function accountsOf({ existing, missing }: Location) {
  const codes = new Set<string>();
  const customerIds: string[] = [];
  for (const { ref } of existing) {
    codes.add(ref.currency);
    if ("customerId" in ref.owner) customerIds.push(ref.owner.customerId);
  }
  for (const { currency } of missing) codes.add(currency);
  return { codes: [...codes], customerIds };
}

/** The operations that were done already. Mostly there are none, and then nothing is asked. */
async function knownOf(
  transaction: Transaction,
  orgId: string,
  { operations, known }: Pick<Surroundings, "known"> & { readonly operations: readonly Operation[] },
): Promise<Map<string, Known>> {
  if (known.length === 0) return new Map();
  const ids = new Set(known);
  const wanted = operations
    .filter(({ id }) => ids.has(id))
    .map((operation) => ({ id: operation.id, charactersMax: wordsThatMatter(operation) }));
  return findKnown(transaction.orm, orgId, wanted);
}

async function newestOf(
  transaction: Transaction,
  orgId: string,
  { operations, existing }: { operations: readonly Operation[]; existing: readonly LocatedAccount[] },
): Promise<Map<string, NewestCredit | null>> {
  const keys = new Set(
    operations.flatMap((each) =>
      each.type === "transfer" && each.isCapped && each.own ? [each.own.key] : [],
    ),
  );
  if (keys.size === 0) return new Map();
  const accounts = existing.filter(({ ref }) => keys.has(ref.key));
  const found = await newestCredits(
    transaction.orm,
    orgId,
    accounts.map(({ id }) => id),
  );
  const known = accounts.map(({ ref, id }) => [ref.key, found.get(id) ?? null] as const);
  return new Map([...[...keys].map((key) => [key, null] as const), ...known]);
}
