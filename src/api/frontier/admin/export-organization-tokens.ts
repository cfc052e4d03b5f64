import type { AdminService } from "../../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import type { HistoryLine } from "../../../store/books/history.ts";
import { portionRowsMax } from "../../../store/driver/statements/portion.ts";
import type { Call } from "../../shared/call.ts";
import { csvRow } from "../../shared/csv.ts";
import type { StreamHandler } from "../../shared/handler.ts";
import { directionOf, shownCurrency } from "../credits.ts";

/** Frontier's columns. */
const columns = [
  "Amount",
  "Type",
  "Source",
  "Description",
  "User ID",
  "User Title",
  "Created At",
  "Organization ID",
];
const chunkCharactersMin = 200 * 1024;

/** What the search of tokens finds without a query, account by account, newest first: as it stood when the export began. */
export const exportOrganizationTokens: StreamHandler<typeof AdminService.method.exportOrganizationTokens> =
  async function* (call) {
    let chunk = csvLine(columns);
    for await (const line of lines(call)) {
      chunk += rowOf(call, line);
      if (chunk.length < chunkCharactersMin) continue;
      yield message(chunk);
      chunk = "";
    }
    if (chunk !== "") yield message(chunk);
  };

async function* lines({ app, organization, signal }: Call): AsyncIterable<HistoryLine> {
  const { id: orgId } = organization;
  const accounts = await app.tokenSearch.accounts({ orgId, currency: shownCurrency(organization) }, signal);
  for (const { id: accountId, version } of accounts) {
    let before: { at: Date; version: number } | undefined;
    for (let isMore = true; isMore; ) {
      const page = await app.history.list({ orgId, accountId, before, rowsMax: portionRowsMax }, signal);
      yield* page.filter((line) => line.version <= version);
      const last = page.at(-1);
      if (last !== undefined) before = { at: last.createdAt, version: last.version };
      isMore = page.length === portionRowsMax;
    }
  }
}

function rowOf({ organization }: Call, line: HistoryLine): string {
  const { amount, type } = directionOf(line, shownCurrency(organization));
  const { source, description, userId, createdAt } = line;
  const userTitle = "";
  const seconds = createdAt.toISOString().replace(/\.\d+Z$/, "Z");
  return csvLine([String(amount), type, source, description, userId, userTitle, seconds, organization.id]);
}

/** Ended by a line feed, as Go's writer ends it. */
function csvLine(cells: readonly string[]): string {
  return `${csvRow(cells)}\n`;
}

function message(text: string) {
  return { contentType: "text/csv", data: new TextEncoder().encode(text) };
}
