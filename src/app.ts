import type { Logger } from "pino";
import { Authenticator } from "./auth/authenticator.ts";
import { CallerLoads } from "./auth/caller-loads.ts";
import type { IssuerSettings } from "./auth/jwt/issuer.ts";
import { Tokens } from "./auth/jwt/tokens.ts";
import { type CallerLimits, defaultCallerLimits } from "./bounds/caller-limits.ts";
import type { QueueBounds } from "./bounds/queue-bounds.ts";
import { Summary } from "./bounds/summary.ts";
import { Tally } from "./bounds/tally.ts";
import { SharedRoom } from "./bounds/turn-room.ts";
import { Turns } from "./bounds/turns.ts";
import { notedReasons, refusalNotes } from "./domain/refusal-note.ts";
import type { BatchObserver } from "./ledger/batch-observer.ts";
import { Ledger } from "./ledger/ledger.ts";
import { Audit } from "./store/audit/audit.ts";
import { AccountCredits } from "./store/books/account-credits.ts";
import { Accounts } from "./store/books/account-reader.ts";
import { Activity } from "./store/books/activity.ts";
import { BalanceHistory } from "./store/books/balance-history.ts";
import { Balances } from "./store/books/balances.ts";
import { Bookings } from "./store/books/bookings.ts";
import { Closing } from "./store/books/closing.ts";
import { FollowedTransfers } from "./store/books/followed-transfers.ts";
import { History } from "./store/books/history.ts";
import { Holds } from "./store/books/holds.ts";
import { Periods } from "./store/books/periods.ts";
import { Statements } from "./store/books/statements.ts";
import { TokenSearch } from "./store/books/token-search.ts";
import { TopUps } from "./store/books/top-ups.ts";
import { Totals } from "./store/books/totals.ts";
import { TransactionSearch } from "./store/books/transaction-search.ts";
import { Transfers } from "./store/books/transfers.ts";
import { Wallets } from "./store/books/wallets.ts";
import { AppGroups } from "./store/customers/app-groups.ts";
import { BillingAccounts } from "./store/customers/billing-accounts.ts";
import { CustomerDeletion } from "./store/customers/customer-deletion.ts";
import { CustomerNames } from "./store/customers/customer-names.ts";
import { CustomerSearch } from "./store/customers/customer-search.ts";
import { Customers } from "./store/customers/customers.ts";
import { Developers } from "./store/customers/developers.ts";
import { connectionsOfOne } from "./store/driver/connections/shares.ts";
import type { Database } from "./store/driver/database.ts";
import { RefusalLog } from "./store/refusals/refusal-log.ts";
import { RefusalReader } from "./store/refusals/refusal-reader.ts";
import { CredentialLookup } from "./store/tenants/credential-lookup.ts";
import { CredentialUses } from "./store/tenants/credential-uses.ts";
import { Credentials } from "./store/tenants/credentials.ts";
import { Organizations } from "./store/tenants/organizations.ts";
import { PlatformAdmins } from "./store/tenants/platform-admins.ts";
import { BillingTerms } from "./store/terms/billing-terms.ts";
import { Ceilings } from "./store/terms/ceilings.ts";
import { CreditLimits } from "./store/terms/credit-limits.ts";
import { Currencies } from "./store/terms/currencies.ts";
import { Limits } from "./store/terms/limits.ts";
import { Trail } from "./store/trail/trail.ts";

/** One waits for the database while another is written. */
const documentPagesMax = 2;

/** Everything that a request handler can reach. */
export interface App {
  readonly log: Logger;
  /** Credits in one unit of each product that administrators may give, by its name. */
  readonly creditProducts: ReadonlyMap<string, bigint>;
  readonly database: Database;
  readonly ledger: Ledger;
  readonly authenticator: Authenticator;
  readonly callerLoads: CallerLoads;
  readonly organizations: Organizations;
  readonly credentials: Credentials;
  readonly platformAdmins: PlatformAdmins;
  readonly credentialUses: CredentialUses;
  readonly customers: Customers;
  readonly customerNames: CustomerNames;
  readonly customerSearch: CustomerSearch;
  readonly developers: Developers;
  readonly appGroups: AppGroups;
  readonly billingAccounts: BillingAccounts;
  readonly billingTerms: BillingTerms;
  readonly accounts: Accounts;
  readonly balances: Balances;
  readonly balanceHistory: BalanceHistory;
  readonly activity: Activity;
  readonly totals: Totals;
  readonly wallets: Wallets;
  readonly currencies: Currencies;
  readonly ceilings: Ceilings;
  readonly limits: Limits;
  readonly creditLimits: CreditLimits;
  readonly accountCredits: AccountCredits;
  readonly holds: Holds;
  readonly bookings: Bookings;
  readonly closing: Closing;
  readonly transfers: Transfers;
  readonly followedTransfers: FollowedTransfers;
  readonly statements: Statements;
  readonly periods: Periods;
  /** Pages of long documents, of which few are made at once. */
  readonly documentPages: Turns;
  /** Answers of many rows, or for which many are looked at, each for up to a minute: few are made at once, and one caller's leave room. */
  readonly lists: Turns;
  readonly topUps: TopUps;
  readonly transactions: TransactionSearch;
  readonly history: History;
  readonly tokenSearch: TokenSearch;
  readonly refusalLog: RefusalLog;
  readonly refusalReader: RefusalReader;
  /** Operations that were refused, by reason. */
  readonly refusals: Tally;
  /** Callers who did not prove who they are. */
  readonly failures: Summary;
  readonly audit: Audit;
  readonly trail: Trail;
}

export interface AppOptions extends Pick<App, "log" | "creditProducts"> {
  /** How many serve together, and have equal parts of what callers may do wrong. */
  readonly processes: number;
  /** Whose tokens are taken. */
  readonly issuers?: readonly IssuerSettings[];
  readonly batches?: BatchObserver;
  /** What may wait for the database. */
  readonly queue?: QueueBounds;
  /** What each caller may ask for. */
  readonly callers?: CallerLimits;
}

export function createApp(
  database: Database,
  { log, creditProducts, processes, issuers = [], batches, queue, callers = defaultCallerLimits }: AppOptions,
): App {
  const failures = new Summary((record) => log.warn(record, "callers did not prove who they are"));
  const customerNames = new CustomerNames(database);
  const refusalLog = new RefusalLog(database, {
    onDropped: (count) => log.warn({ count }, "refusals were not kept"),
  });
  const refusals = new Tally(notedReasons.length);
  const ledger = new Ledger(database, {
    isAlone: processes === 1,
    ...(batches && { observer: batches }),
    ...(queue && { queue }),
    names: (orgId, names) => customerNames.resolveNames(orgId, names),
    refused: (command, refused) => {
      for (const note of refusalNotes(command, refused)) {
        refusals.add(note.reason);
        refusalLog.note(command.orgId, note);
      }
    },
  });
  const deletion = new CustomerDeletion(database, ledger);
  const credentialUses = new CredentialUses(database);
  const organizations = new Organizations(database);
  const onKeysFailed = (record: object) =>
    log.warn(record, "the keys of a token issuer could not be fetched");
  return {
    log,
    creditProducts,
    database,
    ledger,
    authenticator: new Authenticator(new CredentialLookup(database), {
      failures,
      processes,
      tokens: issuers.length === 0 ? undefined : new Tokens(issuers, { organizations, onKeysFailed }),
      onUse: (use) => credentialUses.note(use),
    }),
    callerLoads: new CallerLoads(callers),
    organizations,
    credentials: new Credentials(database),
    platformAdmins: new PlatformAdmins(database),
    credentialUses,
    customers: new Customers(database, deletion),
    customerNames,
    customerSearch: new CustomerSearch(database),
    developers: new Developers(database, deletion),
    appGroups: new AppGroups(database, deletion),
    billingAccounts: new BillingAccounts(database, deletion),
    billingTerms: new BillingTerms(database),
    accounts: new Accounts(database, ledger),
    balances: new Balances(database, ledger),
    balanceHistory: new BalanceHistory(database, ledger),
    activity: new Activity(database),
    totals: new Totals(database),
    wallets: new Wallets(database, ledger),
    currencies: new Currencies(database),
    ceilings: new Ceilings(database),
    limits: new Limits(database),
    creditLimits: new CreditLimits(database),
    accountCredits: new AccountCredits(database, ledger),
    holds: new Holds(database, ledger),
    bookings: new Bookings(database),
    closing: new Closing(database),
    transfers: new Transfers(database),
    followedTransfers: new FollowedTransfers(database),
    statements: new Statements(database, ledger),
    periods: new Periods(database, ledger),
    documentPages: new Turns(documentPagesMax),
    // As many as there are connections to read them over; each may take 3 MiB, and the rows that are read for it.
    lists: new Turns(new SharedRoom(connectionsOfOne(processes).wide)),
    topUps: new TopUps(database),
    transactions: new TransactionSearch(database, ledger),
    history: new History(database),
    tokenSearch: new TokenSearch(database, ledger),
    refusalLog,
    refusalReader: new RefusalReader(database),
    refusals,
    failures,
    audit: new Audit(database),
    trail: new Trail(database),
  };
}
