/** A line of CSV (RFC 4180), ended by a line feed as Go's writer ends it. */
export function csvLine(fields: readonly string[]): string {
  return `${fields.map(quoted).join(",")}\n`;
}

function quoted(field: string): string {
  return /^\s|[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
