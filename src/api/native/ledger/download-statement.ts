import { type LedgerService, StatementFormat } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { balanceOf } from "../../../domain/account.ts";
import { Amount } from "../../../domain/amount.ts";
import type { Line, Totals } from "../../../store/books/statements.ts";
import { portionRowsMax } from "../../../store/driver/statements/portion.ts";
import type { Call } from "../../shared/call.ts";
import { errorOf } from "../../shared/errors.ts";
import { Form } from "../../shared/form.ts";
import type { StreamHandler } from "../../shared/handler.ts";
import { inTurn } from "../../shared/in-turn.ts";
import { customerNamed } from "../customer-name.ts";
import { choiceOf, periodOf, requireBegun } from "../page.ts";
import { requireCurrency } from "../recognized-currency.ts";
import { csvStatement } from "./statement/csv.ts";
import { htmlStatement } from "./statement/html.ts";
import type { StatementWriter } from "./statement/statement.ts";

const formats = { csv: StatementFormat.CSV, html: StatementFormat.HTML };
const writers = { csv: csvStatement, html: htmlStatement };
const chunkCharactersMin = 64 * 1024;

export const downloadStatement: StreamHandler<typeof LedgerService.method.downloadStatement> =
  async function* (call, request) {
    const { id: orgId, name, displayName } = call.organization;
    const form = new Form();
    const named = form.text("customer", request.customer, { charactersMax: 254, required: true });
    const currency = form.text("currency", request.currency, { charactersMax: 10, required: true });
    const format = choiceOf(form, "format", {
      value: request.format,
      unspecified: StatementFormat.UNSPECIFIED,
      messages: formats,
    });
    const { from, to } = periodOf(form, request);
    form.done();

    const writer = writers[format ?? "csv"];
    const customer = await customerNamed(call, orgId, named);
    const books = { orgId, customerId: customer.id, currency };
    const end = await call.app.closing.ofCustomer(books, to, call.signal);
    requireBegun(form, from, end.at);
    form.done();
    const [opening, last] = await Promise.all([
      from && call.app.statements.totals(books, from, call.signal),
      call.app.statements.totals(books, end.at, call.signal),
    ]);
    if (last === undefined) await requireCurrency(call, currency);
    requireFew((last?.version ?? 0) - (opening?.version ?? 0), writer);
    const balance = (totals: Totals | undefined) => (totals === undefined ? Amount.zero : balanceOf(totals));
    const statement = {
      organization: displayName || name,
      customer,
      currency,
      from,
      to: end.at,
      opening: balance(opening),
      closing: balance(last),
    };
    const file = ["statement", name, customer.id, currency, ...(from ? [day(from)] : []), day(end.at)].join(
      "_",
    );
    say(call, writer, file);
    let chunk = writer.beginning(statement);
    for await (const line of linesOf(call, books, { opening, last })) {
      chunk += writer.line(line, statement);
      if (chunk.length < chunkCharactersMin) continue;
      yield bodyOf(writer, chunk);
      chunk = "";
    }
    yield bodyOf(writer, chunk + writer.end(statement));
  };

/** Versions have no gaps, so it is known before they are read how many lines there are. */
function requireFew(lines: number, { linesMax, extension }: StatementWriter): void {
  if (lines <= linesMax) return;
  const message =
    `the period has ${lines} lines, and a document as ${extension.toUpperCase()} has ${linesMax} at the most; ` +
    "ask for a shorter period, or use ExportEntries, which has no bound";
  throw errorOf({ reason: "RESULT_TOO_LARGE", rowsMax: linesMax }, { message });
}

function say({ responseHeader }: Call, { header, extension }: StatementWriter, file: string): void {
  const disposition = extension === "html" ? "inline" : "attachment";
  responseHeader.set("content-disposition", `${disposition}; filename="${file}.${extension}"`);
  responseHeader.set("x-content-type-options", "nosniff");
  for (const [name, value] of Object.entries(header)) responseHeader.set(name, value);
}

async function* linesOf(
  call: Call,
  { orgId, customerId, currency }: { orgId: string; customerId: string; currency: string },
  { opening, last }: { opening: Totals | undefined; last: Totals | undefined },
): AsyncIterable<Line> {
  if (last === undefined) return;
  const { app, signal } = call;
  const [accountId] = await app.accounts.rowIds({ orgId, owner: { customerId }, currency }, signal);
  if (accountId === undefined) return;
  const range = { orgId, accountId, ascending: true, last, rowsMax: portionRowsMax };
  for (let past: Line | Totals | undefined = opening; ; ) {
    const lines: Line[] = await inTurn(call, () => app.statements.lines({ ...range, past }, signal));
    yield* lines;
    past = lines.at(-1);
    if (past === undefined || lines.length < portionRowsMax) return;
  }
}

function bodyOf({ contentType }: StatementWriter, text: string) {
  return { contentType, data: new TextEncoder().encode(text) };
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
