import { type AccountOwner, accountKey } from "../domain/account.ts";
import { decide } from "../domain/decide.ts";
import { mapNonEmpty } from "../domain/non-empty.ts";
import type { Command, TransferDraft, Verdict } from "../domain/transfer.ts";
import type { WantedAccount } from "../store/accounts.ts";
import type { Database, Orm } from "../store/database.ts";
import { retrying } from "../store/retry.ts";
import { clock, lockAccounts, writeDecision } from "../store/settlement.ts";
import { knownTransfers } from "../store/transfers.ts";
import type { AccountDirectory } from "./account-directory.ts";

/** A batch of commands of one organization. */
export interface Batch {
  readonly orgId: string;
  readonly commands: readonly Command[];
  /** Which stripe of the counter-accounts it takes, so that batches under way do not wait for each other there. */
  readonly stripe: number;
}

/** Locks, decides, writes: one batch in one transaction. */
export class Settlement {
  constructor(
    private readonly database: Database,
    private readonly directory: AccountDirectory,
  ) {}

  /** A verdict a command, in order, once everything is on disk. */
  async settle(batch: Batch, signal?: AbortSignal): Promise<readonly Verdict[]> {
    const drafts = batch.commands.flatMap(({ transfers }) => transfers);
    const wanted = wantedAccounts(drafts, batch.stripe);
    // Ids whose commit was not answered. Found booked by the next attempt they are this call's own, not replays.
    const inDoubt = new Set<string>();

    return retrying(
      async () => {
        const attempted: string[] = [];
        try {
          const accountIds = await this.directory.resolve(batch.orgId, wanted, signal);
          return await this.database.transaction(async (orm) => {
            const decision = await decideUnderLock(orm, batch, drafts, [...accountIds.values()]);
            await writeDecision(orm, batch.orgId, decision);
            attempted.push(...decision.booked.map(({ transfer }) => transfer.id));
            return decision.verdicts.map((verdict) => withoutOwnReplays(verdict, inDoubt));
          }, signal);
        } catch (error) {
          for (const id of attempted) inDoubt.add(id);
          throw error;
        }
      },
      { signal },
    );
  }
}

async function decideUnderLock(
  orm: Orm,
  batch: Batch,
  drafts: readonly TransferDraft[],
  accountIds: readonly string[],
) {
  const ids = drafts.map(({ id }) => id);
  const [accounts, known, now] = await Promise.all([
    lockAccounts(orm, batch.orgId, accountIds),
    knownTransfers(orm, batch.orgId, ids),
    clock(orm),
  ]);
  // The database's clock may have been set back since an account's newest entry; time in the ledger never does.
  const at = new Date(Math.max(now.getTime(), ...accounts.map(({ updatedAt }) => updatedAt.getTime())));
  const byKey = new Map(accounts.map((account) => [accountKey(account.owner, account.currency), account]));
  return decide({ accounts: byKey, known, at }, batch.commands);
}

function wantedAccounts(drafts: readonly TransferDraft[], stripe: number): WantedAccount[] {
  const wanted = new Map<string, WantedAccount>();
  for (const { from, to, currency } of drafts) {
    for (const owner of [from, to])
      wanted.set(accountKey(owner, currency), { owner, currency, stripe: stripeOf(owner, stripe) });
  }
  return [...wanted.values()];
}

function stripeOf(owner: AccountOwner, stripe: number): number {
  return "role" in owner ? stripe : 0;
}

function withoutOwnReplays(verdict: Verdict, own: ReadonlySet<string>): Verdict {
  if (verdict.outcome === "refused" || own.size === 0) return verdict;
  const receipts = mapNonEmpty(verdict.receipts, (receipt) => ({
    ...receipt,
    replay: receipt.replay && !own.has(receipt.transfer.id),
  }));
  return { outcome: "booked", receipts };
}
