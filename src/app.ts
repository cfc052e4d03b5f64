import type { Logger } from "pino";
import { Authenticator } from "./auth/authenticator.ts";
import { Ledger } from "./ledger/ledger.ts";
import { Accounts } from "./store/accounts.ts";
import { Credentials } from "./store/credentials.ts";
import { Customers } from "./store/customers.ts";
import type { Database } from "./store/database.ts";
import { History } from "./store/history.ts";
import { Organizations } from "./store/organizations.ts";

/** Everything that a request handler can reach. */
export interface App {
  readonly log: Logger;
  readonly database: Database;
  readonly ledger: Ledger;
  readonly authenticator: Authenticator;
  readonly organizations: Organizations;
  readonly credentials: Credentials;
  readonly customers: Customers;
  readonly accounts: Accounts;
  readonly history: History;
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
    accounts: new Accounts(database),
    history: new History(database),
  };
}
