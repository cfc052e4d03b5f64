import type { AccountRef, AccountState } from "../domain/account.ts";
import type { Operation } from "../domain/asked-operation.ts";
import { type Decision, decide } from "../domain/decide.ts";
import type { LedgerState } from "../domain/ledger-view.ts";
import { touchedBy } from "../domain/touched.ts";
import type { Verdict } from "../domain/verdict.ts";
import type { Database } from "../store/driver/database.ts";
import { NodeDoubted } from "../store/driver/errors.ts";
import type { Lane, Transaction } from "../store/driver/transactions/lane.ts";
import {
  AccountMissing,
  type LocatedAccount,
  type LockedAccount,
  lockAccounts,
  lockFreeAccounts,
  waitLonger,
} from "../store/settlement/lock.ts";
import type { Moment } from "../store/settlement/moment.ts";
import { lockNewcomers } from "../store/settlement/newcomers.ts";
import { writesOf } from "../store/settlement/write.ts";
import { AccountDirectory, type DirectoryPlace, type Location } from "./account-directory.ts";
import { type BatchObserver, unobserved } from "./batch-observer.ts";
import { BatchTimes } from "./batch-times.ts";
import { loadDue } from "./due.ts";
import { loadState } from "./load.ts";
import { type Answer, orgIdOf, type Pending, sizeOf } from "./pending.ts";

/** What became of a command of a batch: its answer; or `taken`, where somebody else had locked one of its accounts. */
export type Settled = Answer | "taken";

export interface BatchAttempt {
  readonly batch: readonly Pending[];
  readonly lane: number;
  /**
   * How long to wait for accounts that somebody else has locked: not at all, and commands that need one are `taken`; or until a
   * lock timeout, a short one (briefly) or a long one (in line).
   */
  readonly waits: "not" | "briefly" | "in line";
  /** Called when COMMIT is about to be sent: where the connection is lost from then on, nobody knows whether it was committed. */
  readonly committing: (at: Date) => void;
}

/** Locks, loads, decides and writes one batch in one transaction. */
export class Settlement {
  private readonly lanes: readonly Lane[];
  private readonly directory: AccountDirectory;

  constructor(
    private readonly database: Database,
    private readonly observer: BatchObserver = unobserved,
  ) {
    this.directory = new AccountDirectory(database);
    this.lanes = Array.from({ length: database.lanesMax }, () => database.lane());
  }

  /** How many lanes there are. */
  get lanesMax(): number {
    return this.lanes.length;
  }

  /** Whether the database has several nodes, so that some organizations may be out of reach while others are not. */
  get isDistributed(): boolean {
    return this.database.nodes.areWatched;
  }

  /** Whether the node of an organization has answered a check since a moment. */
  hasNodeAnswered(orgId: string, after: number): Promise<boolean> {
    return this.database.nodes.hasAnswered(orgId, after);
  }

  /**
   * Settles a batch. Resolves with what became of each command, in order, once everything is on disk. Rejects where nothing was
   * done, or nobody knows what. `sent` is called when the lane may have its next batch.
   */
  async settle(attempt: BatchAttempt, sent: () => void): Promise<readonly Settled[]> {
    const lane = this.lanes[attempt.lane];
    if (lane === undefined) throw new Error(`there is no lane ${attempt.lane}`);
    const { nodes } = this.database;
    const orgId = orgIdOf(attempt.batch);
    if (!nodes.areAllThere) {
      // Checked before the lane is taken, so that others can have it meanwhile.
      if (await nodes.isDoubted(orgId)) throw new NodeDoubted();
      await nodes.requireFor(orgId);
    }
    return lane.transaction((transaction) => this.run(transaction, attempt), sent);
  }

  private async run(transaction: Transaction, attempt: BatchAttempt): Promise<readonly Settled[]> {
    const orgId = orgIdOf(attempt.batch);
    const place = { orgId, stripe: transaction.stripe };
    const times = new BatchTimes();
    try {
      const settled = await this.settleIn(transaction, place, { ...attempt, times });
      const { operations, lockMs, commitMs, ms } = times;
      const { batch } = attempt;
      const waitMs = times.since - (batch[0]?.since ?? times.since);
      if (operations > 0) this.observer.settled({ batch, operations, waitMs, lockMs, commitMs, ms });
      return settled;
    } catch (error) {
      if (error instanceof AccountMissing) this.directory.forget(place, error.refs);
      throw error;
    }
  }

  private async settleIn(
    transaction: Transaction,
    place: DirectoryPlace,
    { batch, waits, committing, times }: BatchAttempt & { readonly times: BatchTimes },
  ): Promise<readonly Settled[]> {
    const located = await this.directory.locate(place, refsOf(batch));
    const free =
      waits === "not"
        ? await times.locking(lockFreeAccounts(transaction, place.orgId, located.existing))
        : undefined;
    const settled =
      free === undefined ? batch : batch.filter((pending) => isFree(pending, located.existing, free));
    if (settled.length === 0) return batch.map(() => "taken");
    times.operations = settled.reduce((sum, pending) => sum + sizeOf(pending), 0);
    const commands = settled.flatMap(({ command }) => command ?? []);
    const locked = times.locking(
      lock(transaction, place.orgId, { located, free, isPatient: waits === "in line" }),
    );
    const loaded = await loadState(transaction, place, {
      commands,
      located: {
        existing: free === undefined ? located.existing : free.map(locatedOf),
        missing: located.missing,
      },
      locked,
    });
    const due = await loadDue(transaction, place, loaded, this.directory);
    const decision = decide(due.state, commands);
    if (commands.every(({ dryRun }) => !dryRun) || commands.length === 0) {
      const { moment } = loaded;
      await this.commit(transaction, place, {
        decision,
        ...due,
        moment,
        locked: await locked,
        committing,
        times,
      });
    }
    const hasBooked = decision.done.some(({ createdBy }) => createdBy === "");
    return inOrder(batch, settled, { verdicts: decision.verdicts, hasBooked });
  }

  private async commit(
    transaction: Transaction,
    place: DirectoryPlace,
    of: {
      decision: Decision;
      state: LedgerState;
      noted: readonly string[];
      before: ReadonlyMap<string, AccountState>;
      touched: readonly AccountState[];
      moment: Moment;
      locked: readonly LockedAccount[];
      committing: (at: Date) => void;
      times: BatchTimes;
    },
  ): Promise<void> {
    const { decision, state, moment, before } = of;
    const accounts = new Map([...of.touched, ...decision.accounts].map((account) => [account.key, account]));
    const tuples = new Map(of.locked.map(({ row }) => [row.id, row.tuple]));
    const written = [...accounts.values()].map((account) => ({
      account,
      sequenceBefore: before.get(account.key)?.sequence ?? 0,
      stripe: "counter" in account.owner ? place.stripe : 0,
      tuple: tuples.get(account.id) ?? null,
    }));
    const outcome = {
      orgId: place.orgId,
      moment,
      decision,
      accounts: written,
      knownHolds: new Set([...state.holds.keys(), ...state.dueCaptures.map(({ id }) => id)]),
      expired: [...of.noted, ...decision.expired],
    };
    const statements = writesOf(outcome, transaction.isDistributed);
    if (statements.length === 0) return;
    of.committing(moment.at);
    await of.times.committing(transaction.commit(statements));
    for (const account of accounts.values())
      if (account.isNew) this.directory.remember(place, account, account.id);
  }
}

/** Locks customers before accounts, in the order in which a deletion of a customer locks them. `free` are locked already. */
async function lock(
  transaction: Transaction,
  orgId: string,
  of: { located: Location; free: readonly LockedAccount[] | undefined; isPatient: boolean },
): Promise<readonly LockedAccount[]> {
  const { existing, missing } = of.located;
  const customers = missing.filter(({ owner }) => "customerId" in owner);
  const [, , locked] = await Promise.all([
    of.isPatient ? waitLonger(transaction) : undefined,
    customers.length > 0 ? lockNewcomers(transaction, orgId, customers) : undefined,
    of.free ?? lockAccounts(transaction, orgId, existing),
  ]);
  return locked;
}

function locatedOf({ ref, row }: LockedAccount): LocatedAccount {
  return { ref, id: row.id };
}

function operationsOf({ command }: Pending): readonly Operation[] {
  return command?.operations ?? [];
}

/** The accounts that a batch touches, each once. */
function refsOf(batch: readonly Pending[]): AccountRef[] {
  const refs = new Map<string, AccountRef>();
  for (const pending of batch) {
    if (pending.command === null) for (const ref of pending.accounts) refs.set(ref.key, ref);
    for (const operation of operationsOf(pending))
      for (const ref of touchedBy(operation)) refs.set(ref.key, ref);
  }
  return [...refs.values()];
}

/** Whether all existing accounts of a command were free to be locked. */
function isFree(
  pending: Pending,
  existing: readonly LocatedAccount[],
  free: readonly LockedAccount[],
): boolean {
  const keys = new Set(refsOf([pending]).map(({ key }) => key));
  const wanted = ({ ref }: Pick<LocatedAccount, "ref">) => keys.has(ref.key);
  return existing.filter(wanted).length === free.filter(wanted).length;
}

function inOrder(
  batch: readonly Pending[],
  settled: readonly Pending[],
  { verdicts, hasBooked }: { verdicts: readonly Verdict[]; hasBooked: boolean },
): Settled[] {
  const isSettled = settled === batch ? undefined : new Set(settled);
  let decided = 0;
  return batch.map((pending) => {
    if (isSettled?.has(pending) === false) return "taken";
    if (pending.command === null) return { outcome: "settled", hasBooked };
    const verdict = verdicts[decided++];
    if (verdict === undefined) throw new Error("a command was left without a verdict");
    return verdict;
  });
}
