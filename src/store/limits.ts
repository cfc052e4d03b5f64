import { and, eq, sql } from "drizzle-orm";
import type { Amount } from "../domain/amount.ts";
import { accountIds } from "./settlement/account-ids.ts";
import { type Account, readAccount, selectAccounts } from "./accounts.ts";
import type { Database } from "./driver/database.ts";
import type { Orm } from "./driver/orm.ts";
import { accounts } from "./schema.ts";

/** How low a customer's balance may go from now on. */
export interface NewLimit {
  /** Null clears the customer's own limit. */
  readonly minimumBalance: Amount | null;
  /** From then on the former limit holds again; null: for ever. */
  readonly endsAt: Date | null;
}

/** Thrown to undo what was only tried. */
class DryRun extends Error {}

/** Sets limits. A change takes the lock that decisions take, so it falls between two of them. */
export class Limits {
  constructor(private readonly database: Database) {}

  /** The account with its limit as it then is. With `dryRun` nothing stays changed. To set it twice is to set it once. */
  async set(
    which: { orgId: string; customerId: string; currency: string },
    limit: NewLimit,
    options: { dryRun: boolean; signal?: AbortSignal },
  ): Promise<Account> {
    const { orgId, customerId, currency } = which;
    let account: Account | undefined;
    await this.database
      .transaction(async (orm) => {
        // Here and not before: an account that comes into being for a dry run goes with it.
        const ids = await accountIds(orm, orgId, [{ owner: { customerId }, currency, stripe: 0 }]);
        const [id = ""] = ids.values();
        account = await changeLimit(orm, { orgId, id }, limit);
        if (options.dryRun) throw new DryRun();
      }, options.signal)
      .catch((error: unknown) => {
        if (!(error instanceof DryRun)) throw error;
      });
    if (account === undefined) throw new Error("a limit was set on no account");
    return account;
  }
}

/** Changes the limit of an account in a transaction. */
export async function changeLimit(
  orm: Orm,
  which: { orgId: string; id: string },
  limit: NewLimit,
): Promise<Account> {
  const isIt = and(eq(accounts.orgId, which.orgId), eq(accounts.id, which.id));
  // A temporary limit upon a temporary one gives way to what was to follow that: the lasting limit.
  const lasting = sql`case when ${accounts.limitEndsAt} is null then ${accounts.minimumBalance}
    else ${accounts.limitAfterwards} end`;
  await orm
    .update(accounts)
    .set({
      minimumBalance: limit.minimumBalance?.toString() ?? null,
      limitEndsAt: limit.endsAt,
      limitAfterwards: limit.endsAt === null ? null : lasting,
      // An account has one lasting limit of its own: the one that was set last, in whatever words.
      ...(limit.endsAt === null && { ownCreditLimit: null }),
    })
    .where(isIt);
  const [row] = await selectAccounts(orm).where(isIt);
  if (row === undefined) throw new Error("a limit was set on no account");
  return readAccount(row);
}
