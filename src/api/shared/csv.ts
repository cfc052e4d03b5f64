/** What a spreadsheet would take for a formula, also in the wide forms that some read as the plain ones. */
const formula = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;
/** An amount is a number, whatever its sign. */
const number = /^-?\d+(\.\d+)?$/;
/** Cells that RFC 4180 wants in quotes, and those that begin with a space, which some readers would lose. */
const quotable = /^\s|[",\r\n]/;

/**
 * A row of CSV (RFC 4180), without the end of the line. A text that a spreadsheet would compute has an apostrophe before
 * it, in every cell, so that no writer has to know which of its texts anybody may have written.
 */
export function csvRow(cells: readonly string[]): string {
  return cells.map((cell) => quoted(shown(cell))).join(",");
}

function shown(cell: string): string {
  return formula.test(cell) && !number.test(cell) ? `'${cell}` : cell;
}

function quoted(cell: string): string {
  return quotable.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
