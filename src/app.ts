import type { Logger } from "pino";
import { Authenticator } from "./auth/authenticator.ts";
import { Ledger } from "./ledger/ledger.ts";
import { Accounts } from "./store/account-reader.ts";
import { AppGroups } from "./store/app-groups.ts";
import { Audit } from "./store/audit.ts";
import { Balances } from "./store/balances.ts";
import { BillingAccounts } from "./store/billing-accounts.ts";
import { BillingTerms } from "./store/billing-terms.ts";
import { Credentials } from "./store/credentials.ts";
import { CreditLimits } from "./store/credit-limits.ts";
import { Currencies } from "./store/currencies.ts";
import { Customers } from "./store/customers.ts";
import { Developers } from "./store/developers.ts";
import type { Database } from "./store/driver/database.ts";
import { History } from "./store/history.ts";
import { Holds } from "./store/holds.ts";
import { Limits } from "./store/limits.ts";
import { Organizations } from "./store/organizations.ts";
import { Periods } from "./store/periods.ts";
import { Statements } from "./store/statements.ts";
import { TokenSearch } from "./store/token-search.ts";
import { TransactionSearch } from "./store/transaction-search.ts";
import { Transfers } from "./store/transfers.ts";
import { Wallets } from "./store/wallets.ts";

/** Everything that a request handler can reach. */
export interface App {
  readonly log: Logger;
  readonly database: Database;
  readonly ledger: Ledger;
  readonly authenticator: Authenticator;
  readonly organizations: Organizations;
  readonly credentials: Credentials;
  readonly customers: Customers;
  readonly developers: Developers;
  readonly appGroups: AppGroups;
  readonly billingAccounts: BillingAccounts;
  readonly billingTerms: BillingTerms;
  readonly accounts: Accounts;
  readonly balances: Balances;
  readonly wallets: Wallets;
  readonly currencies: Currencies;
  readonly limits: Limits;
  readonly creditLimits: CreditLimits;
  readonly holds: Holds;
  readonly transfers: Transfers;
  readonly statements: Statements;
  readonly periods: Periods;
  readonly transactions: TransactionSearch;
  readonly history: History;
  readonly tokenSearch: TokenSearch;
  readonly audit: Audit;
}

export function createApp(database: Database, log: Logger): App {
  const credentials = new Credentials(database);
  return {
    log,
    database,
    ledger: new Ledger(database),
    authenticator: new Authenticator(credentials),
    organizations: new Organizations(database),
    credentials,
    customers: new Customers(database),
    developers: new Developers(database),
    appGroups: new AppGroups(database),
    billingAccounts: new BillingAccounts(database),
    billingTerms: new BillingTerms(database),
    accounts: new Accounts(database),
    balances: new Balances(database),
    wallets: new Wallets(database),
    currencies: new Currencies(database),
    limits: new Limits(database),
    creditLimits: new CreditLimits(database),
    holds: new Holds(database),
    transfers: new Transfers(database),
    statements: new Statements(database),
    periods: new Periods(database),
    transactions: new TransactionSearch(database),
    history: new History(database),
    tokenSearch: new TokenSearch(database),
    audit: new Audit(database),
  };
}
