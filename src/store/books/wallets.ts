import { and, asc, gt, sql } from "drizzle-orm";
import { balanceOf } from "../../domain/account.ts";
import type { Amount } from "../../domain/amount.ts";
import type { Database } from "../driver/database.ts";
import { accounts } from "../schema.ts";
import { type Account, readAccount, readColumns, withCustomerAndCurrency } from "./account.ts";
import { unsettled } from "./account-reader.ts";
import { type Books, isIn } from "./moments.ts";
import { readSettled, type Settler } from "./settler.ts";
import { o } from "./sides.ts";

/** An account in which something was booked, as Apigee sees it. */
export interface Wallet {
  readonly currency: string;
  readonly balance: Amount;
  /** Of the newest credit; null where there was none. */
  readonly lastCreditAt: Date | null;
}

/** More than an organization may have currencies. */
const walletsMax = 10_000;

/** Reads wallets, each as of one moment. However long a history is, its newest credit is one look-up. */
export class Wallets {
  constructor(
    private readonly database: Database,
    private readonly settler: Settler,
  ) {}

  /** In the order of their currencies. */
  async list(which: Books, signal?: AbortSignal): Promise<Wallet[]> {
    const rows = await readSettled(
      { settler: this.settler, orgId: which.orgId, signal },
      () => this.read(which, signal),
      (read) => unsettled(read.map(({ account }) => account)),
    );
    return rows.map(({ account, lastCreditAt }) => ({
      currency: account.currency,
      balance: balanceOf(account),
      lastCreditAt,
    }));
  }

  private async read(
    which: Books,
    signal?: AbortSignal,
  ): Promise<{ account: Account; lastCreditAt: Date | null }[]> {
    const orm = this.database.orm(signal);
    const newestCredit = sql`(select o.to_at from operations o
      where o.org_id = ${which.orgId}::uuid and o.to_account_id = ${accounts.id} and o.kind in ('credit', 'transfer')
      order by o.to_version desc limit 1) as newest_credit`;
    const columns = {
      account: readColumns(which.orgId),
      lastCreditAt: sql`newest_credit.to_at`.mapWith(o.toAt),
    };
    const rows = await withCustomerAndCurrency(orm.select(columns).from(accounts).$dynamic(), which.orgId)
      .leftJoinLateral(newestCredit, sql`true`)
      .where(and(isIn(which), gt(accounts.version, 0)))
      .orderBy(asc(accounts.currency))
      .limit(walletsMax);
    return rows.map(({ account, lastCreditAt }) => ({ account: readAccount(account), lastCreditAt }));
  }
}
