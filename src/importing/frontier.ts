import { Amount } from "../domain/amount.ts";
import { virtualCurrency } from "../domain/currency.ts";
import type { Database } from "../store/driver/database.ts";
import type { FrontierTransaction } from "../store/frontier/rows.ts";
import type { FrontierSnapshot } from "../store/frontier/snapshot.ts";
import { complaintAboutData } from "../store/imports/bad-data.ts";
import { ImportedAccounts } from "../store/imports/billing-accounts.ts";
import { ImportedBookings } from "../store/imports/bookings.ts";
import type { BookingFacts } from "../store/imports/facts.ts";
import { ImportedOrganizations } from "../store/imports/organizations.ts";
import { importedAccount, planAccounts } from "./billing-accounts.ts";
import {
  type BookingsPlan,
  type ImportedTransaction,
  importedTransaction,
  planBookings,
} from "./bookings.ts";
import { checkBalances } from "./check.ts";
import { importedOrganization, planOrganization } from "./organizations.ts";
import { emptyReport, type ImportReport, type Progress, remarksMax } from "./report.ts";

export interface ImportOptions {
  /** Finds out what an import would do, and writes nothing. */
  readonly dryRun: boolean;
  readonly onProgress: (progress: Progress) => void;
}

/** Brings a Frontier's organizations, billing accounts and credits into the ledger, and compares the balances. */
export async function importFrontier(
  frontier: FrontierSnapshot,
  database: Database,
  options: ImportOptions,
): Promise<ImportReport> {
  const running = new FrontierImport(frontier, database, options);
  return running.run();
}

class FrontierImport {
  private readonly report = emptyReport();
  private readonly organizations: ImportedOrganizations;
  private readonly accounts: ImportedAccounts;
  private readonly bookings: ImportedBookings;
  private readonly done = { organizations: 0, transactions: 0 };

  constructor(
    private readonly frontier: FrontierSnapshot,
    database: Database,
    private readonly options: ImportOptions,
  ) {
    this.organizations = new ImportedOrganizations(database);
    this.accounts = new ImportedAccounts(database);
    this.bookings = new ImportedBookings(database);
  }

  async run(): Promise<ImportReport> {
    const total = await this.frontier.counts();
    const tell = () =>
      this.options.onProgress({
        ...this.done,
        organizationsTotal: total.organizations,
        transactionsTotal: total.transactions,
      });
    for await (const page of this.frontier.organizations()) {
      const organizations = page.map(importedOrganization);
      const present = await this.organizations.present(organizations);
      for (const organization of organizations) {
        const plan = planOrganization(organization, present);
        if (plan.outcome === "refuse") this.report.refused.add(plan.refused);
        else {
          if (plan.outcome === "create") {
            if (!this.options.dryRun) await this.organizations.create(organization);
            if (plan.noted !== undefined) this.report.noted.add(plan.noted);
          }
          this.report.organizations[plan.outcome === "create" ? "created" : "present"] += 1;
          const refused = await this.importAccounts(organization.id);
          await this.importTransactions(organization.id, refused, tell);
        }
        this.done.organizations += 1;
        tell();
      }
    }
    await this.reportOrphans();
    if (!this.options.dryRun) await checkBalances(this.frontier, this.bookings, this.report);
    return this.report;
  }

  /** Answers the ids of the accounts that stay out. */
  private async importAccounts(orgId: string): Promise<Set<string>> {
    const { accounts, noted, refused } = this.report;
    const out = new Set<string>();
    for await (const page of this.frontier.accounts(orgId)) {
      const imported = page.map(importedAccount);
      const planOf = (facts: Parameters<typeof planAccounts>[1]) => planAccounts(imported, facts);
      const plan = this.options.dryRun
        ? await this.accounts.foresee(orgId, imported, planOf)
        : await this.accounts.write({ orgId, currency: virtualCurrency }, imported, planOf);
      accounts.created += plan.created;
      accounts.updated += plan.updated;
      accounts.present += plan.present;
      noted.addAll(plan.noted);
      refused.addAll(plan.refused);
      for (const { id } of plan.refused) out.add(id);
    }
    return out;
  }

  private async importTransactions(
    orgId: string,
    accountsOut: ReadonlySet<string>,
    tell: () => void,
  ): Promise<void> {
    for await (const page of this.frontier.transactions(orgId)) {
      const rows = page.flatMap((row) => this.readTransaction(row));
      await (this.options.dryRun ? this.foresee(orgId, rows, accountsOut) : this.book(orgId, rows));
      this.done.transactions += page.length;
      tell();
    }
  }

  private readTransaction(row: FrontierTransaction): ImportedTransaction[] {
    const read = importedTransaction(row);
    if ("transaction" in read) return [read.transaction];
    if ("refused" in read) this.report.refused.add(read.refused);
    else {
      this.report.noted.add(read.empty);
      this.report.transactions.empty += 1;
    }
    return [];
  }

  /** Books rows together; where the database takes one of them amiss, all others without it. */
  private async book(orgId: string, rows: readonly ImportedTransaction[]): Promise<void> {
    const [first] = rows;
    if (first === undefined) return;
    const place = { orgId, currency: virtualCurrency };
    try {
      this.count(await this.bookings.book(place, rows, (facts) => planBookings(rows, facts)));
    } catch (error) {
      const complaint = complaintAboutData(error);
      if (complaint === undefined) throw error;
      if (rows.length === 1) {
        this.report.refused.add({ about: "transaction", id: first.id, says: `was refused: ${complaint}` });
        return;
      }
      const middle = Math.ceil(rows.length / 2);
      await this.book(orgId, rows.slice(0, middle));
      await this.book(orgId, rows.slice(middle));
    }
  }

  private async foresee(
    orgId: string,
    rows: readonly ImportedTransaction[],
    accountsOut: ReadonlySet<string>,
  ): Promise<void> {
    const facts = await this.bookings.facts({ orgId, currency: virtualCurrency }, rows);
    const missing = rows.flatMap(({ refundOf }) => refundOf ?? []).filter((id) => !facts.charges.has(id));
    const usages = missing.length === 0 ? [] : await this.frontier.usages(missing);
    const charges = usages.map(
      ({ id, accountId, amount }) => [id, { customerId: accountId, left: Amount.of(amount) }] as const,
    );
    this.count(planBookings(rows, foreseen(facts, rows, accountsOut, charges)));
  }

  private count({ bookings, present, redated, refused }: BookingsPlan): void {
    const { transactions } = this.report;
    for (const { kind } of bookings) transactions[kind] += 1;
    transactions.present += present;
    transactions.redated += redated;
    this.report.refused.addAll(refused);
  }

  private async reportOrphans(): Promise<void> {
    const orphans = await this.frontier.orphans(remarksMax);
    for (const { id, accountId } of orphans) {
      const says = `is of billing account ${accountId ?? "null"}, which Frontier does not have`;
      this.report.refused.add({ about: "transaction", id, says });
    }
    this.report.refused.addUnlisted(Number(orphans[0]?.total ?? 0) - orphans.length);
  }
}

/** The facts as they would be, had everything before been written. */
function foreseen(
  facts: BookingFacts,
  rows: readonly ImportedTransaction[],
  accountsOut: ReadonlySet<string>,
  charges: readonly (readonly [string, { customerId: string; left: Amount }])[],
): BookingFacts {
  const coming = rows.map(({ customerId }) => customerId).filter((id) => !accountsOut.has(id));
  return {
    ...facts,
    accounts: new Map([
      ...coming.map((id) => [id, { accountId: id, newestAt: null }] as const),
      ...facts.accounts,
    ]),
    counters: new Map([
      ...["funding", "revenue"].map((role) => [role, { accountId: role, newestAt: null }] as const),
      ...facts.counters,
    ]),
    charges: new Map([...charges, ...facts.charges]),
  };
}
