/** What a spreadsheet would take for a formula, where it stands in a text that anybody may have written. */
const formula = /^[=+\-@\t\r]/;

/** A row of CSV (RFC 4180), without the end of the line. */
export function csvRow(cells: readonly string[]): string {
  return cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",");
}

/** A text of somebody's own as a cell: spreadsheets show it, and compute nothing. */
export function textCell(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}
