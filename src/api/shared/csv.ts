/** What a spreadsheet would take for a formula, also in the wide forms that some read as the plain ones. */
const formula = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;
/** The same behind what parts cells or rows for readers that go by a semicolon or a tab, as spreadsheets do in many countries. */
const innerFormula = /(?<=[;\t\r\n]\s*)[=+\-@＝＋－＠]/g;
/** An amount is a number, whatever its sign. */
const number = /^-?\d+(\.\d+)?$/;
/** Cells that RFC 4180 wants in quotes, those that some readers would part, and those that begin with a space, which some would lose. */
const quotable = /^\s|[",;\t\r\n]/;

/**
 * A row of CSV (RFC 4180), without the end of the line. A text that a spreadsheet would compute has an apostrophe before
 * it, in every cell, so that no writer has to know which of its texts anybody may have written.
 */
export function csvRow(cells: readonly string[]): string {
  return cells.map((cell) => quoted(shown(cell))).join(",");
}

function shown(cell: string): string {
  const text = cell.replace(innerFormula, "'$&");
  return formula.test(text) && !number.test(text) ? `'${text}` : text;
}

function quoted(cell: string): string {
  return quotable.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
