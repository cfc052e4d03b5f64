import { type SQL, sql } from "drizzle-orm";
import { balanceOf, type RunningTotals } from "../../domain/account.ts";
import { Amount } from "../../domain/amount.ts";
import type { Transfer } from "../../domain/recorded.ts";
import type { Database } from "../driver/database.ts";
import { keptQuery } from "../driver/statements/kept-query.ts";
import { lookThrough, type Portion } from "../driver/statements/portion.ts";
import { type AccountBooks, clockOf, requirePast, rightBefore, untilFinal } from "./moments.ts";
import { settledAccount } from "./settled-account.ts";
import type { Settler } from "./settler.ts";
import {
  type EntryPlace,
  type EntryRange,
  entryOrder,
  entryRange,
  isOperation,
  movedBy,
  o,
  operationColumns,
} from "./sides.ts";
import { matchingWords, type TransferFilter } from "./transfer-filter.ts";

/** An account's totals as an entry left them. */
export interface Totals extends RunningTotals, EntryPlace {}

/** A customer's account in a currency, where there is one yet, and its totals, where anything was booked. */
export interface AccountTotals {
  readonly accountId: string | undefined;
  readonly totals: Totals | undefined;
}

/** One line of a statement. */
export interface Line extends EntryPlace {
  /** Signed: below zero where the account paid. */
  readonly amount: Amount;
  /** The balance after it. */
  readonly posted: Amount;
  readonly transfer: Transfer;
}

/** Which lines to answer, in the order of their versions. */
export interface LinesPage {
  readonly orgId: string;
  readonly accountId: string;
  readonly ascending: boolean;
  /** Only lines past this one: above it, or where descending below it. */
  readonly past?: EntryPlace | undefined;
  /** The highest one to answer. */
  readonly last?: EntryPlace | undefined;
  readonly rowsMax: number;
}

/** Which lines to answer, newest first. The times of the filter are those of the account's side. */
export interface SearchPage extends Pick<LinesPage, "orgId" | "accountId" | "past" | "rowsMax"> {
  readonly filter: TransferFilter;
}

/**
 * The statements of single accounts. Their versions have no gaps and are written under the account's lock, so a page
 * that goes on from a version neither skips nor repeats, whatever is booked meanwhile.
 */
export class Statements {
  constructor(
    private readonly database: Database,
    private readonly settler: Settler,
  ) {}

  /**
   * A customer's totals as of a moment, inclusive. Asked again it answers the same, for ever. Refuses a moment ahead of the
   * database's clock as the field `read_time`.
   */
  async asOf(books: AccountBooks, at: Date, signal?: AbortSignal): Promise<AccountTotals> {
    const clock = await clockOf(this.database, signal);
    requirePast("read_time", at, clock);
    return this.final(books, { at, clock }, signal);
  }

  /** The totals right before a moment: final where it is past, those of now where it is not, or where there is none. */
  async totals(
    books: AccountBooks,
    before: Date | undefined,
    signal?: AbortSignal,
  ): Promise<Totals | undefined> {
    const { totals } = await this.totalsUntil(books, before, signal);
    return totals;
  }

  lines(page: LinesPage, signal?: AbortSignal): Promise<Line[]> {
    return this.read(page, signal);
  }

  /** Those that fit a filter. */
  async search({ filter, ...page }: SearchPage, signal?: AbortSignal): Promise<Portion<Line, EntryPlace>> {
    const { rowsMax } = page;
    const range = { ...page, times: { from: filter.from, to: filter.to }, ascending: false };
    const isWanted = matchingWords(filter);
    const wanted = (edge: EntryPlace | undefined) => this.read({ ...range, first: edge, isWanted }, signal);
    if (isWanted === undefined) return { rows: await wanted(undefined), lookedTo: undefined };
    const edge = async (looks: number) => {
      const { at, version } = totalsColumns;
      const [last] = await this.database
        .orm(signal)
        .select({ at, version })
        .from(entryRange({ ...range, rowsMax: looks }))
        .orderBy(entryOrder(false))
        .offset(looks - 1)
        .limit(1);
      return last;
    };
    return lookThrough({ rowsMax, edge, wanted });
  }

  private async read(range: EntryRange & { readonly orgId: string }, signal?: AbortSignal): Promise<Line[]> {
    const { orgId, ascending, rowsMax } = range;
    const rows = await this.database
      .orm(signal)
      .select({ ...totalsColumns, amount: sql`e.amount`.mapWith(Amount.of), operation: operationColumns })
      .from(entryRange(range))
      .innerJoin(o, isOperation(orgId, sql`e.id`))
      .orderBy(entryOrder(ascending))
      .limit(rowsMax);
    return rows.map(({ version, at, amount, operation, ...totals }) => ({
      version,
      at,
      amount,
      posted: balanceOf(totals),
      transfer: movedBy(operation),
    }));
  }

  private async totalsUntil(
    books: AccountBooks,
    before: Date | undefined,
    signal?: AbortSignal,
  ): Promise<AccountTotals> {
    if (before === undefined) return this.settled(books, undefined, signal);
    const clock = await clockOf(this.database, signal);
    if (before > clock) return this.settled(books, undefined, signal);
    return this.final(books, { at: rightBefore(before), clock }, signal);
  }

  private async final(
    books: AccountBooks,
    of: { at: Date; clock: Date },
    signal?: AbortSignal,
  ): Promise<AccountTotals> {
    await untilFinal(this.database, books, of, signal);
    return this.settled(books, of.at, signal);
  }

  /** The newest totals, or those as of a moment, once nothing is due. */
  private async settled(
    books: AccountBooks,
    at: Date | undefined,
    signal?: AbortSignal,
  ): Promise<AccountTotals> {
    const { database, settler } = this;
    const account = await settledAccount({ database, settler }, books, signal);
    return { accountId: account?.id, totals: account && (await this.newest(books.orgId, account.id, at)) };
  }

  private async newest(orgId: string, accountId: string, at: Date | undefined): Promise<Totals | undefined> {
    const query = at === undefined ? newestTotals : newestTotalsUntil;
    const [row] = await query(this.database.keyed()).execute({
      org: orgId,
      accountId,
      at: at?.toISOString(),
    });
    return row;
  }
}

const org = sql`${sql.placeholder("org")}::uuid`;

const totalsColumns = {
  version: sql`e.version`.mapWith(o.fromVersion),
  at: sql`e.at`.mapWith(o.fromAt),
  funded: sql`e.funded`.mapWith(Amount.of),
  spent: sql`e.spent`.mapWith(Amount.of),
  withdrawn: sql`e.withdrawn`.mapWith(Amount.of),
};

function newestOf(until?: SQL) {
  const accountId = sql`${sql.placeholder("accountId")}::uuid`;
  return keptQuery((orm) =>
    orm
      .select(totalsColumns)
      .from(entryRange({ orgId: org, accountId, until, ascending: false, rowsMax: 1 }))
      .orderBy(entryOrder(false))
      .limit(1)
      .prepare("newest_totals"),
  );
}

const newestTotals = newestOf();
const newestTotalsUntil = newestOf(sql`${sql.placeholder("at")}::timestamptz`);
