import { virtualCurrency } from "../../domain/currency.ts";
import type { Database } from "../../store/driver/database.ts";
import { importedAccount, planAccounts } from "./billing-accounts.ts";
import { type BookingsPlan, planBookings } from "./bookings.ts";
import { checkBalances } from "./check.ts";
import { foreseen } from "./foresight.ts";
import { importedOrganization, planOrganization } from "./organizations.ts";
import type { FrontierTransaction } from "./reading/rows.ts";
import type { FrontierSnapshot } from "./reading/snapshot.ts";
import { emptyReport, type ImportReport, type Progress, remarksMax } from "./report.ts";
import { type ImportedTransaction, importedTransaction } from "./transactions.ts";
import { ImportedAccounts } from "./writing/billing-accounts.ts";
import { ImportedLedger } from "./writing/ledger.ts";
import { ImportedOrganizations } from "./writing/organizations.ts";

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
  private readonly ledger: ImportedLedger;
  private readonly done = { organizations: 0, transactions: 0 };

  constructor(
    private readonly frontier: FrontierSnapshot,
    database: Database,
    private readonly options: ImportOptions,
  ) {
    this.organizations = new ImportedOrganizations(database);
    this.accounts = new ImportedAccounts(database);
    this.ledger = new ImportedLedger(database);
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
    if (!this.options.dryRun) await checkBalances(this.frontier, this.ledger, this.report);
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
      const rows = page.flatMap((row) => this.readTransaction(orgId, row));
      await (this.options.dryRun ? this.foresee(orgId, rows, accountsOut) : this.book(orgId, rows));
      this.done.transactions += page.length;
      tell();
    }
  }

  private readTransaction(orgId: string, row: FrontierTransaction): ImportedTransaction[] {
    const read = importedTransaction(orgId, row);
    if ("transaction" in read) return [read.transaction];
    if ("refused" in read) this.report.refused.add(read.refused);
    else {
      this.report.noted.add(read.empty);
      this.report.transactions.empty += 1;
    }
    return [];
  }

  private async book(orgId: string, rows: readonly ImportedTransaction[]): Promise<void> {
    if (rows.length === 0) return;
    const place = { orgId, currency: virtualCurrency };
    this.count(await this.ledger.book(place, rows, (facts) => planBookings(rows, facts)));
  }

  private async foresee(
    orgId: string,
    rows: readonly ImportedTransaction[],
    accountsOut: ReadonlySet<string>,
  ): Promise<void> {
    const facts = await this.ledger.facts({ orgId, currency: virtualCurrency }, rows);
    const missing = rows.flatMap(({ revertOf, refundOf }) =>
      revertOf === null || refundOf === null || facts.charges.has(refundOf) ? [] : [revertOf],
    );
    const usages = missing.length === 0 ? [] : await this.frontier.usages(missing);
    this.count(planBookings(rows, foreseen(facts, { orgId, rows, accountsOut, usages })));
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
