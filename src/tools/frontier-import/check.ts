import { Amount } from "../../domain/amount.ts";
import { virtualCurrency } from "../../domain/currency.ts";
import { identityOf } from "../../domain/operation-id.ts";
import type { FrontierBalance } from "./reading/rows.ts";
import type { FrontierSnapshot } from "./reading/snapshot.ts";
import type { ImportReport } from "./report.ts";
import type { ImportedLedger } from "./writing/ledger.ts";

/**
 * Compares every balance with what Frontier's rows come to. Where the service has booked on an account too, what is
 * compared is the sum of the transfers that have an id of Frontier's.
 */
export async function checkBalances(
  frontier: FrontierSnapshot,
  ledger: ImportedLedger,
  { balances, refused }: ImportReport,
): Promise<void> {
  for await (const page of frontier.balances()) {
    const here = await balancesHere(ledger, page);
    for (const there of page) {
      const expected = Amount.parse(there.balance);
      const balance = Amount.of(here.get(there.accountId) ?? "0");
      if (isEqual(balance, expected)) {
        balances.equal += 1;
        continue;
      }
      const imported = await importedSum(frontier, ledger, there);
      if (isEqual(imported, expected)) balances.movedOn += 1;
      else {
        const says = `is ${there.balance} in Frontier, and what is here of it comes to ${imported}`;
        refused.add({ about: "balance of billing account", id: there.accountId, says });
      }
    }
  }
}

/** Balances here by account, each organization's by itself. */
async function balancesHere(
  ledger: ImportedLedger,
  page: readonly FrontierBalance[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const orgId of new Set(page.map((balance) => balance.orgId))) {
    const ids = page.filter((balance) => balance.orgId === orgId).map(({ accountId }) => accountId);
    for (const [id, balance] of await ledger.balances({ orgId, currency: virtualCurrency }, ids))
      found.set(id, balance);
  }
  return found;
}

/** What Frontier's rows come to may be more than an account can hold. */
function isEqual(amount: Amount, expected: ReturnType<typeof Amount.parse>): boolean {
  return typeof expected !== "string" && amount.equals(expected);
}

async function importedSum(
  frontier: FrontierSnapshot,
  ledger: ImportedLedger,
  { orgId, accountId }: FrontierBalance,
): Promise<Amount> {
  let sum = Amount.zero;
  const place = { orgId, customerId: accountId, currency: virtualCurrency };
  for await (const page of frontier.transactionIds(accountId)) {
    const ids = page.map(({ id }) => identityOf(orgId, id).id);
    sum = sum.plus(Amount.of(await ledger.sumOf(place, ids)));
  }
  return sum;
}
