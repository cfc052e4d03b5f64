import { type AccountState, accountKey } from "../domain/account.ts";
import type { Command, Operation, Verdict } from "../domain/command.ts";
import { type Decision, type Done, decide } from "../domain/decide.ts";
import type { Hold } from "../domain/hold.ts";
import { mapNonEmpty } from "../domain/non-empty.ts";
import { accountIds, type WantedAccount } from "../store/account-ids.ts";
import type { Database } from "../store/driver/database.ts";
import { isConnectionLoss } from "../store/driver/errors.ts";
import type { Lane, Transaction } from "../store/driver/lane.ts";
import { expiredHolds, findHolds, nextExpiries } from "../store/holds.ts";
import { knownOperations } from "../store/known.ts";
import { type AccountToLock, type Locking, lockAccounts, lockedAccounts } from "../store/lock.ts";
import { findRefundables } from "../store/refundables.ts";
import { writesOf } from "../store/write.ts";
import type { AccountDirectory } from "./account-directory.ts";
import { touchedBy } from "./touched.ts";

/** Batches of different lanes are under way side by side. */
export const lanesMax = 3;

/** A batch of commands of one organization. */
export interface Batch {
  readonly orgId: string;
  readonly commands: readonly Command[];
  /** Which lane it takes; a lane has a stripe of the counter-accounts, so that lanes do not wait for each other there. */
  readonly lane: number;
  /**
   * Ids whose commit was not answered in an attempt before. Found done by this attempt, they are its callers' own and
   * not replays. Each attempt that loses its connection adds those it was about to commit.
   */
  readonly inDoubt: Set<string>;
}

/** Locks, decides, writes: one batch in one transaction. */
export class Settlement {
  private readonly lanes: readonly Lane[];

  constructor(
    database: Database,
    private readonly directory: AccountDirectory,
  ) {
    this.lanes = Array.from({ length: lanesMax }, () => database.lane());
  }

  /**
   * A verdict a command, in order, once everything is on disk. Throws where nothing, or nobody knows what, was done.
   * `sent` is called when the lane may have its next batch.
   */
  async settle(batch: Batch, sent: () => void): Promise<readonly Verdict[]> {
    const lane = this.lanes[batch.lane];
    if (lane === undefined) throw new Error(`there is no lane ${batch.lane}`);
    const isRehearsal = batch.commands.every(({ dryRun }) => dryRun);
    return isRehearsal ? rehearse(lane, batch, sent) : this.perform(lane, batch, sent);
  }

  private async perform(lane: Lane, batch: Batch, sent: () => void): Promise<readonly Verdict[]> {
    const { orgId, inDoubt } = batch;
    const accounts = await this.directory.resolve(orgId, wantedAccounts(batch));
    let committing: readonly Done[] = [];
    try {
      return await lane.transaction(async (transaction) => {
        const { decision, locking } = await decideUnderLock(transaction, batch, accounts);
        committing = decision.done;
        await transaction.commit(writesOf(orgId, decision, locking));
        return withoutOwnReplays(decision.verdicts, inDoubt);
      }, sent);
    } catch (error) {
      if (isConnectionLoss(error)) for (const { change } of committing) inDoubt.add(change.id);
      throw error;
    }
  }
}

/** Decides and commits nothing; with it go the accounts that came into being for it. */
function rehearse(lane: Lane, batch: Batch, sent: () => void): Promise<readonly Verdict[]> {
  const wanted = wantedAccounts(batch);
  return lane.transaction(async (transaction) => {
    const ids = await accountIds(transaction.orm, batch.orgId, wanted);
    const accounts = wanted.map(({ owner, currency }) => {
      return { id: ids.get(accountKey(owner, currency)) ?? "", owner, currency };
    });
    const { decision } = await decideUnderLock(transaction, batch, accounts);
    return decision.verdicts;
  }, sent);
}

async function decideUnderLock(
  transaction: Transaction,
  { orgId, commands }: Batch,
  accounts: readonly AccountToLock[],
): Promise<{ decision: Decision; locking: Locking }> {
  const operations = operationsOf(commands);
  const ids = operations.map(({ id }) => id);
  const refunded = operations.flatMap((each) => (each.type === "refund" ? [each.refundOf] : []));
  const named = operations.flatMap((each) => ("holdId" in each ? [each.holdId] : []));
  const [{ at: now, xid }, locked, known, refundables, holds] = await Promise.all([
    lockAccounts(transaction, orgId, accounts),
    lockedAccounts(transaction, orgId, accounts),
    knownOperations(transaction, orgId, ids),
    refunded.length > 0 ? findRefundables(transaction.orm, orgId, refunded) : new Map(),
    named.length > 0 ? findHolds(transaction.orm, orgId, named) : [],
  ]);
  // The database's clock may have been set back since an account's newest entry; time in the ledger never does.
  const at = new Date(Math.max(now.getTime(), ...locked.map(({ updatedAt }) => updatedAt.getTime())));
  const states = locked.map(({ stateAt }) => stateAt(at));
  const expiries = await lookAtExpiries(transaction, { orgId, at, accounts: states });
  const state = {
    accounts: new Map(
      expiries.accounts.map((account) => [accountKey(account.owner, account.currency), account]),
    ),
    holds: new Map([...holds, ...expiries.expired].map((hold) => [hold.id, hold])),
    refundables,
    known,
    at,
  };
  return { decision: decide(state, commands), locking: { at, xid } };
}

/** Only where a hold may have expired are the hold rows looked at, so a thousand live ones cost nothing. */
async function lookAtExpiries(
  transaction: Transaction,
  of: { orgId: string; at: Date; accounts: readonly AccountState[] },
): Promise<{ accounts: readonly AccountState[]; expired: readonly Hold[] }> {
  const due = of.accounts.filter(({ holdsExpireAt }) => holdsExpireAt !== null && holdsExpireAt <= of.at);
  if (due.length === 0) return { accounts: of.accounts, expired: [] };
  const which = { orgId: of.orgId, at: of.at, accountIds: due.map(({ id }) => id) };
  const [expired, next] = await Promise.all([
    expiredHolds(transaction.orm, which),
    nextExpiries(transaction.orm, which),
  ]);
  const isDue = new Set(which.accountIds);
  const accounts = of.accounts.map((account) =>
    isDue.has(account.id) ? { ...account, holdsExpireAt: next.get(account.id) ?? null } : account,
  );
  return { accounts, expired };
}

function operationsOf(commands: readonly Command[]): Operation[] {
  return commands.flatMap(({ operations }) => operations);
}

function wantedAccounts({ commands, lane }: Batch): WantedAccount[] {
  const wanted = new Map<string, WantedAccount>();
  for (const { owner, currency } of operationsOf(commands).flatMap(touchedBy)) {
    wanted.set(accountKey(owner, currency), { owner, currency, stripe: "role" in owner ? lane : 0 });
  }
  return [...wanted.values()];
}

/** The first to ask for what is in doubt is the one who did it; whoever asks for it again replays it. */
function withoutOwnReplays(verdicts: readonly Verdict[], inDoubt: ReadonlySet<string>): readonly Verdict[] {
  if (inDoubt.size === 0) return verdicts;
  const own = new Set(inDoubt);
  return verdicts.map((verdict) => {
    if (verdict.outcome === "refused") return verdict;
    const receipts = mapNonEmpty(verdict.receipts, (receipt) => ({
      ...receipt,
      replay: receipt.replay && !own.delete(receipt.change.id),
    }));
    return { outcome: "done", receipts };
  });
}
