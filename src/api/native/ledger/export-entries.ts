import type { Entry, ExportEntriesRequest, LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import type { Recorded } from "../../../domain/recorded.ts";
import type { PeriodEnd } from "../../../store/books/closing.ts";
import type { AccountBooks } from "../../../store/books/moments.ts";
import type { EntryPlace, Times } from "../../../store/books/sides.ts";
import type { Line } from "../../../store/books/statements.ts";
import type { Cursor } from "../../../store/driver/statements/cursor.ts";
import { portionRowsMax } from "../../../store/driver/statements/portion.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import type { StreamHandler } from "../../shared/handler.ts";
import { inTurn } from "../../shared/in-turn.ts";
import { type Page, readPage } from "../../shared/page.ts";
import { PageTokens, type Places } from "../../shared/page-token.ts";
import { timestampOf } from "../../shared/proto.ts";
import { customerNamed } from "../customer-name.ts";
import { periodOf, placesByTime, requireBegun } from "../page.ts";
import { type EntryAccount, entriesOf, entryMessage } from "./entry-message.ts";
import { type CustomerPlace, exportPlaces, placesOfCustomer } from "./export-places.ts";

/** How long one call streams: less than calls over REST may take, and than a rolling restart leaves them. */
const streamMsMax = 30_000;
/** What one query reads, less the row that tells whether more follow. */
const rowsMax = portionRowsMax - 1;

/** What is exported, and from where on. */
interface Asked<P> {
  readonly from: Date | undefined;
  readonly end: PeriodEnd;
  readonly currency: string | undefined;
  readonly past: P | undefined;
}

/** Some entries, and where those behind them begin; undefined where there are none. */
interface Exported<P> {
  readonly entries: Entry[];
  readonly next: P | undefined;
}

/** How to export what a request asks for. */
interface Way<P> {
  readonly places: Places<P>;
  /** Finds whom it is about: where it goes on, whom it was about. */
  readonly open: (past: P | undefined) => Promise<Opened<P>>;
}

interface Opened<P> {
  readonly close: (to: Date | undefined) => Promise<PeriodEnd>;
  readonly pages: (asked: Asked<P>) => AsyncIterable<Exported<P>>;
}

export const exportEntries: StreamHandler<typeof LedgerService.method.exportEntries> = (call, request) => {
  const form = new Form();
  const customer = form.text("customer", request.customer, { charactersMax: 254 });
  const counter = form.text("counter_account", request.counterAccount, { charactersMax: 63 });
  if (customer !== "" && counter !== "") form.refuse("counter_account", "has no entries of a customer");
  form.text("currency", request.currency, { charactersMax: 10 });
  return customer === ""
    ? exported(call, request, form, organizationWay(call, counter))
    : exported(call, request, form, customerWay(call, customer));
};

async function* exported<P>(call: Call, request: ExportEntriesRequest, form: Form, { places, open }: Way<P>) {
  const isOver = timeOf(call);
  const { from, to } = periodOf(form, request);
  const tokens = new PageTokens(call, request, exportPlaces(places));
  const place = tokens.read(form);
  form.done();
  // Of whom an export is says its place.
  const writer = tokens.about(undefined);
  const { close, pages } = await open(place?.past);
  const end = place?.end ?? (await close(to));
  requireBegun(form, from, end.at);
  form.done();
  const asked = { from, end, currency: request.currency || undefined, past: place?.past };
  const said = { endTime: timestampOf(end.at), closed: end.isClosed };
  const iterator = pages(asked)[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await inTurn(call, () => iterator.next());
    if (done) return;
    const { entries, next } = value;
    yield { entries, nextPageToken: writer.write(next && { end, past: next }), ...said };
    if (next !== undefined && isOver()) return;
  }
}

/** Half of the time that the caller has is left, for whoever reads slowly. */
function timeOf({ departure }: Call): () => boolean {
  const leftMs = departure.timeoutMs?.() ?? Number.POSITIVE_INFINITY;
  const until = performance.now() + Math.min(streamMsMax, leftMs / 2);
  return () => performance.now() >= until;
}

/** By the time at which it was booked. */
function organizationWay({ app, organization, signal }: Call, counter: string): Way<Cursor> {
  const { id: orgId } = organization;
  const isWanted = ({ counterAccount }: Entry) => counter === "" || counterAccount === counter;
  const pages: Opened<Cursor>["pages"] = async function* ({ from, end, currency, past }) {
    const filter = { from, to: end.at, currency, between: counter === "" ? [] : [{ counter }] };
    for (let place = past; ; ) {
      const { messages, next }: Page<Cursor, Entry[]> = await readPage({
        rowsMax,
        past: place,
        read: (past, rowsMax) => app.bookings.list({ orgId, filter, past, rowsMax }, signal),
        placeOf: ({ createdAt, id }: Recorded) => ({ at: createdAt, id }),
        message: (recorded) => entriesOf(recorded).filter(isWanted),
      });
      yield { entries: messages.flat(), next };
      if (next === undefined) return;
      place = next;
    }
  };
  const close = (to: Date | undefined) => app.closing.ofOrganization(to, signal);
  return { places: placesByTime, open: async () => ({ close, pages }) };
}

/** Account by account, by the time there. */
function customerWay(call: Call, customer: string): Way<CustomerPlace> {
  const { app, organization, signal } = call;
  const { id: orgId } = organization;
  return {
    places: placesOfCustomer,
    async open(begun) {
      const { id: customerId } = await customerNamed(call, orgId, begun?.customerId ?? customer);
      return {
        close: (to) => app.closing.ofCustomer({ orgId, customerId }, to, signal),
        async *pages({ from, end, currency: only, past }) {
          const all = await app.accounts.ofCustomer({ orgId, customerId }, signal);
          const accounts = all
            .filter(({ currency }) => only === undefined || currency === only)
            .filter(({ currency }) => past === undefined || currency >= past.currency)
            .sort((a, b) => (a.currency < b.currency ? -1 : 1));
          if (accounts.length === 0) yield { entries: [], next: undefined };
          for (const [index, { id: accountId, currency }] of accounts.entries()) {
            const following = accounts[index + 1];
            const behind = following && { customerId, currency: following.currency, entry: undefined };
            const period = { from, to: end.at };
            const entry = past?.currency === currency ? past.entry : undefined;
            const account = { orgId, customerId, currency, accountId };
            for await (const { messages, next } of linesOf(call, account, { period, past: entry }))
              yield {
                entries: messages,
                next: next === undefined ? behind : { customerId, currency, entry: next },
              };
          }
        },
      };
    },
  };
}

async function* linesOf(
  { app, signal }: Call,
  { accountId, ...books }: AccountBooks & EntryAccount,
  { period, past }: { readonly period: Times; readonly past: EntryPlace | undefined },
): AsyncIterable<Page<EntryPlace, Entry>> {
  const { orgId, customerId } = books;
  const last = await app.statements.totals(books, period.to, signal);
  let place = past ?? (period.from && (await app.statements.totals(books, period.from, signal)));
  do {
    const page: Page<EntryPlace, Entry> = await readPage({
      rowsMax,
      past: place,
      read: async (past, rowsMax) =>
        last === undefined
          ? []
          : app.statements.lines({ orgId, accountId, ascending: true, past, last, rowsMax }, signal),
      placeOf: ({ at, version }: Line) => ({ at, version }),
      message: (line) => entryMessage({ accountId, customerId }, line),
    });
    yield page;
    place = page.next;
  } while (place !== undefined);
}
