import { asc } from "drizzle-orm";
import { Amount } from "../../domain/amount.ts";
import type { Database } from "../driver/database.ts";
import { accounts } from "../schema.ts";
import { type Account, readAccount, readColumns, withCustomerAndCurrency } from "./account.ts";
import { unsettled } from "./account-reader.ts";
import { type Books, isIn } from "./moments.ts";
import { readSettled, type Settler } from "./settler.ts";

/** An account, and what its customer may owe while it is postpaid in place of what the currency says. */
export interface AccountCredit {
  readonly account: Account;
  /** Null where the currency's holds. */
  readonly own: Amount | null;
}

/** More than an organization may have currencies. */
const accountsMax = 10_000;

/** Reads what customers may owe, with the accounts in which they do. */
export class AccountCredits {
  constructor(
    private readonly database: Database,
    private readonly settler: Settler,
  ) {}

  /** A customer's accounts, in the order of their currencies. */
  async list(which: Books, signal?: AbortSignal): Promise<AccountCredit[]> {
    return readSettled(
      { settler: this.settler, orgId: which.orgId, signal },
      () => this.read(which, signal),
      (credits) => unsettled(credits.map(({ account }) => account)),
    );
  }

  private async read(which: Books, signal?: AbortSignal): Promise<AccountCredit[]> {
    const columns = { ...readColumns(which.orgId), own: accounts.ownCreditLimit };
    const select = this.database.orm(signal).select(columns).from(accounts).$dynamic();
    const rows = await withCustomerAndCurrency(select, which.orgId)
      .where(isIn(which))
      .orderBy(asc(accounts.currency))
      .limit(accountsMax);
    return rows.map(({ own, ...row }) => ({
      account: readAccount(row),
      own: own === null ? null : Amount.of(own),
    }));
  }
}
