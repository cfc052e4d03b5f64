import { keyText } from "../../../../domain/recorded.ts";
import type { Line } from "../../../../store/books/statements.ts";
import { csvRow } from "../../../shared/csv.ts";
import { counterparty, type Statement, type StatementWriter } from "./statement.ts";

const columns = [
  ...["time", "kind", "description", "source", "key", "transfer", "counterparty"],
  ...["amount", "balance", "currency"],
];

/** A row a line, between one with the opening and one with the closing balance. */
export const csvStatement: StatementWriter = {
  contentType: "text/csv; charset=utf-8; header=present",
  extension: "csv",
  header: {},
  linesMax: 100_000,
  beginning: (statement) =>
    `${row(columns)}${balanceRow("opening balance", { ...statement, at: statement.from, balance: statement.opening })}`,
  line: (line, { currency }) => row(cellsOf(line, currency)),
  end: (statement) =>
    balanceRow("closing balance", { ...statement, at: statement.to, balance: statement.closing }),
};

function cellsOf(line: Line, currency: string): string[] {
  const { at, transfer, amount, posted } = line;
  const { kind, description, source, id } = transfer;
  return [
    ...[at.toISOString(), kind, description, source, keyText(transfer), id, counterparty(transfer, line)],
    ...[amount.toString(), posted.toString(), currency],
  ];
}

function balanceRow(
  kind: string,
  { at, balance, currency }: { at: Date | undefined; balance: Statement["opening"]; currency: string },
): string {
  return row([at?.toISOString() ?? "", kind, "", "", "", "", "", "", balance.toString(), currency]);
}

function row(cells: readonly string[]): string {
  return `${csvRow(cells)}\r\n`;
}
