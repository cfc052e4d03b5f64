import { and, asc, desc, eq, gt, lte, sql } from "drizzle-orm";
import { balanceOf } from "../domain/account.ts";
import { Amount } from "../domain/amount.ts";
import type { Database } from "./driver/database.ts";
import { accounts, entries, transfers } from "./schema.ts";

/** An account in which something was booked, as Apigee sees it. */
export interface Wallet {
  readonly currency: string;
  /** Every credit makes it larger, and nothing else changes it. */
  readonly funded: Amount;
  readonly balance: Amount;
  readonly lastCredit: LastCredit | null;
}

/** The newest credit of an account. */
export interface LastCredit {
  readonly at: Date;
  /** The balance right after it. */
  readonly balance: Amount;
}

/** More than an organization may have currencies. */
const walletsMax = 10_000;

/** Reads wallets, each as of one moment. However long a history is, its newest credit is one look-up. */
export class Wallets {
  constructor(private readonly database: Database) {}

  /** In the order of their currencies. */
  async list(
    which: { orgId: string; customerId: string; currency?: string },
    signal?: AbortSignal,
  ): Promise<Wallet[]> {
    const orm = this.database.orm(signal);
    const lastCredit = orm
      .select({ version: transfers.toVersion })
      .from(transfers)
      .where(
        and(
          eq(transfers.orgId, accounts.orgId),
          eq(transfers.toAccountId, accounts.id),
          sql`${transfers.kind} in ('credit', 'transfer')`,
        ),
      )
      .orderBy(desc(transfers.toVersion))
      .limit(1)
      .as("last_credit");
    // Not "the entry of that version" but the newest up to it: on a table that nobody has analyzed yet PostgreSQL would
    // look for the one by walking through all of the account's entries.
    const then = orm
      .select({ at: entries.createdAt, fundedThen: entries.funded, spentThen: entries.spent })
      .from(entries)
      .where(
        and(
          eq(entries.orgId, accounts.orgId),
          eq(entries.accountId, accounts.id),
          lte(entries.version, lastCredit.version),
        ),
      )
      .orderBy(desc(entries.version))
      .limit(1)
      .as("then");
    const rows = await orm
      .select({
        currency: accounts.currency,
        funded: accounts.funded,
        spent: accounts.spent,
        at: then.at,
        fundedThen: then.fundedThen,
        spentThen: then.spentThen,
      })
      .from(accounts)
      .leftJoinLateral(lastCredit, sql`true`)
      .leftJoinLateral(then, sql`true`)
      .where(
        and(
          eq(accounts.orgId, which.orgId),
          eq(accounts.customerId, which.customerId),
          gt(accounts.version, 0),
          which.currency === undefined ? undefined : eq(accounts.currency, which.currency),
        ),
      )
      .orderBy(asc(accounts.currency))
      .limit(walletsMax);
    return rows.map(walletOf);
  }
}

interface Row {
  readonly currency: string;
  readonly funded: string;
  readonly spent: string;
  readonly at: Date | null;
  readonly fundedThen: string | null;
  readonly spentThen: string | null;
}

function walletOf({ currency, funded, spent, at, fundedThen, spentThen }: Row): Wallet {
  const hasCredit = at !== null && fundedThen !== null && spentThen !== null;
  return {
    currency,
    funded: Amount.of(funded),
    balance: difference(funded, spent),
    lastCredit: hasCredit ? { at, balance: difference(fundedThen, spentThen) } : null,
  };
}

function difference(funded: string, spent: string): Amount {
  return balanceOf({ funded: Amount.of(funded), spent: Amount.of(spent) });
}
