import type { CurrencyTotals } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { isZero, negated, sum } from "../../money/decimal.ts";

/** A side of the books, or a part of the one above it. */
export interface TrialBalanceRow {
  readonly label: string;
  readonly posted: string;
  /** It is counted above already. */
  readonly isPart?: boolean;
}

export interface TrialBalance {
  readonly rows: readonly TrialBalanceRow[];
  /** Zero where the books are right. */
  readonly sum: string;
}

export function trialBalanceOf(totals: CurrencyTotals): TrialBalance {
  const { customers, counterAccounts, otherCounterAccounts } = totals;
  const counters: TrialBalanceRow[] = counterAccounts.map(({ counterAccount, posted }) => ({
    label: counterAccount,
    posted,
  }));
  if (!isZero(otherCounterAccounts))
    counters.push({ label: "All other counter-accounts", posted: otherCounterAccounts });
  const ofCounters = sum(...counters.map(({ posted }) => posted));
  if (customers === undefined)
    return { rows: [{ label: "Customers", posted: negated(ofCounters) }, ...counters], sum: "0" };
  const { posted, credit, debt, held, accounts } = customers;
  const owed: TrialBalanceRow[] = [
    { label: "of it with customers", posted: credit, isPart: true },
    { label: "less what customers owe", posted: negated(debt), isPart: true },
  ];
  const aside: TrialBalanceRow = { label: "set aside by holds", posted: held, isPart: true };
  return {
    rows: [
      { label: `Customers, ${accounts} ${accounts === 1n ? "account" : "accounts"}`, posted },
      ...(isZero(debt) ? [] : owed),
      ...(isZero(held) ? [] : [aside]),
      ...counters,
    ],
    sum: sum(posted, ofCounters),
  };
}
