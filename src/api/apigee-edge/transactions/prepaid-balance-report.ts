import type { Transaction } from "../../../../gen/tallystick/apigee/edge/v1/transaction_pb.ts";
import { csvRow } from "../../shared/csv.ts";

/** The report of a period as CSV, as Edge's portals read it: the newest transaction is the last line, which nothing ends. */
export function prepaidBalanceReport(
  period: { readonly from: Date; readonly to: Date },
  of: { readonly developers: readonly string[]; readonly transactions: readonly Transaction[] },
): string {
  const lastDay = new Date(period.to.getTime() - 1);
  const rows = [
    ["Reporting Period:", "From:", dayOf(period.from), "To:", dayOf(lastDay)],
    ["Developer:", of.developers.join("; ") || "All", ""],
    ["Application:", "All"],
    ["Currency:", "Local"],
    ["Type of Report:", "Detailed Balance Top-up report"],
    [],
    columns,
    ...of.transactions.map(cellsOf),
  ];
  return rows.map(csvRow).join("\r\n");
}

const columns = [
  ...["Developer Name", "Developer ID", "Currency", "Transaction Type", "Provider Status", "Charged Rate"],
  ...[
    "Transaction ID",
    "Payment Reference",
    "Transaction Start Time",
    "Transaction End Time",
    "Batch Size",
    "",
  ],
];

function cellsOf(transaction: Transaction): string[] {
  const { developer, currency, type, status, rate, id, providerTxId, startTime, endTime } = transaction;
  return [
    ...[developer?.name ?? "", developer?.id ?? "", currency, type, status, rate],
    ...[id, providerTxId, startTime, endTime, "1", ""],
  ];
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
