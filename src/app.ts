import type { Logger } from "pino";
import { Authenticator } from "./auth/authenticator.ts";
import { Ledger } from "./ledger/ledger.ts";
import { Accounts } from "./store/account-reader.ts";
import { Audit } from "./store/audit.ts";
import { Balances } from "./store/balances.ts";
import { AppGroups } from "./store/customers/app-groups.ts";
import { BillingAccounts } from "./store/customers/billing-accounts.ts";
import { CustomerDeletion } from "./store/customers/customer-deletion.ts";
import { CustomerNames } from "./store/customers/customer-names.ts";
import { Customers } from "./store/customers/customers.ts";
import { Developers } from "./store/customers/developers.ts";
import type { Database } from "./store/driver/database.ts";
import { History } from "./store/history.ts";
import { Holds } from "./store/holds.ts";
import { Periods } from "./store/periods.ts";
import { Statements } from "./store/statements.ts";
import { Credentials } from "./store/tenants/credentials.ts";
import { Organizations } from "./store/tenants/organizations.ts";
import { BillingTerms } from "./store/terms/billing-terms.ts";
import { CreditLimits } from "./store/terms/credit-limits.ts";
import { Currencies } from "./store/terms/currencies.ts";
import { Limits } from "./store/terms/limits.ts";
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
  const names = new CustomerNames(database);
  const ledger = new Ledger(database, (orgId, queries) => names.resolveNames(orgId, queries));
  const deletion = new CustomerDeletion(database, ledger);
  return {
    log,
    database,
    ledger,
    authenticator: new Authenticator(credentials),
    organizations: new Organizations(database),
    credentials,
    customers: new Customers(database, deletion),
    developers: new Developers(database, deletion),
    appGroups: new AppGroups(database, deletion),
    billingAccounts: new BillingAccounts(database, deletion),
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
