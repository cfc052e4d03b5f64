import { and, eq, type SQL, sql } from "drizzle-orm";
import { Amount } from "../../domain/amount.ts";
import type { Currency } from "../../domain/currency.ts";
import { isBillingAccount } from "../customers/billing-account-condition.ts";
import type { Database } from "../driver/database.ts";
import { table } from "../driver/statements/arrays.ts";
import { entries } from "../journal/entries.ts";
import { accounts, customers } from "../schema.ts";
import { readAccount, selectAccounts } from "./account.ts";
import { unsettled } from "./account-reader.ts";
import { readSettled, type Settler } from "./settler.ts";
import { balanceAfter, entryOrder, o, sides } from "./sides.ts";
import {
  columnOf,
  matchingTokens,
  printedColumnOf,
  type TokenFacts,
  type TokenOrder,
  type TokenQuery,
} from "./token-query.ts";

/** One transaction of a billing account. */
export interface TokenRow {
  /** Signed: below zero where the account paid. */
  readonly amount: Amount;
  /** Of the account, after it. */
  readonly balance: Amount;
  readonly source: string;
  readonly description: string;
  readonly userId: string;
  readonly createdAt: Date;
}

/** How many transactions have a value; that of two columns is joined by a comma. */
export interface TokenGroup {
  readonly name: string;
  readonly count: number;
}

export interface TokenPage {
  readonly rows: readonly TokenRow[];
  /** Whether rows of the window are missing, because their texts would be too much for one answer. */
  readonly isCut: boolean;
  /** How many match, whatever the window. */
  readonly totalCount: number;
  /** None where they were not asked for. */
  readonly groups: readonly TokenGroup[] | "too many";
}

/** Groups that one answer holds. */
export const groupsMax = 1_000;
/** Of their names: those of a thousand groups are short, or there are fewer. */
const groupBytesMax = 1024 * 1024;
/** Of the texts of one answer: more than clients take, and little enough to hold. */
const textBytesMax = 4 * 1024 * 1024;
/** An organization has one active billing account, and as many before it as were given up. */
const accountsMax = 10_000;

const byTime: TokenOrder = { column: "created_at", descending: true };

interface TokenAccount {
  readonly id: string;
  /** Of its newest entry: they run 1, 2, 3 with no gap. */
  readonly version: number;
}

/** Where the transactions are: the accounts of an organization's billing accounts in one currency. */
interface Accounts extends TokenFacts {
  readonly list: readonly TokenAccount[];
}

/** Searches the transactions of an organization's billing accounts, those that were disabled or deleted too. */
export class TokenSearch {
  constructor(
    private readonly database: Database,
    private readonly settler: Settler,
  ) {}

  async find(
    where: { orgId: string; currency: Currency },
    query: TokenQuery,
    signal?: AbortSignal,
  ): Promise<TokenPage> {
    const { orgId, currency } = where;
    const list = await this.accounts(where, signal);
    const found = { orgId, minorPlaces: currency.minorPlaces, list };
    if (list.length === 0) return { rows: [], isCut: false, totalCount: 0, groups: [] };
    const [rows, totalCount, groups] = await Promise.all([
      this.rows(found, query, signal),
      this.count(found, query, signal),
      query.groupBy.length === 0 ? [] : this.groups(found, query, signal),
    ]);
    const isCut = rows.length < Math.min(query.rowsMax, totalCount - query.offset);
    return { rows, isCut, totalCount, groups };
  }

  /** The accounts whose entries are searched, each with the version of its newest one. */
  async accounts(
    { orgId, currency }: { orgId: string; currency: Currency },
    signal?: AbortSignal,
  ): Promise<TokenAccount[]> {
    const read = async () => {
      const rows = await selectAccounts(this.database.orm(signal), orgId)
        .where(
          and(
            eq(customers.orgId, orgId),
            isBillingAccount,
            eq(accounts.orgId, orgId),
            eq(accounts.currency, currency.code),
          ),
        )
        .limit(accountsMax);
      return rows.map(readAccount);
    };
    return readSettled({ settler: this.settler, orgId, signal }, read, unsettled);
  }

  /**
   * Newest first where no other order is asked for. Each account gives as many of its own as may be needed; in the order
   * of time these are, without a filter, a range of its entries, however many it has.
   */
  private async rows(from: Accounts, query: TokenQuery, signal?: AbortSignal): Promise<TokenRow[]> {
    const order = orderOf(query);
    const keys = order.map(
      ({ column }, index) => sql`${columnOf(column, from)} as ${sql.raw(keyName(index))}`,
    );
    const needed = query.offset + query.rowsMax;
    const total = totalOrder(order, "account_id", "version");
    const isPlain = isByTime(order) && matchingTokens(query, from) === undefined;
    const first = isPlain ? sql`order by ${entryOrder(!isDescending(order))} limit ${needed}` : undefined;
    const rows = await this.database.orm(signal).execute<{
      amount: string;
      balance: string;
      at: string;
      source: string;
      description: string;
      userId: string;
    }>(sql`
      select amount, balance, at, source, description, user_id as "userId" from (
        select page.*, sum(octet_length(source) + octet_length(description) + octet_length(user_id))
          over (order by ${total} rows unbounded preceding) as bytes from (
      select hit.* from ${wantedAccounts(from)} cross join lateral (
        select e.account_id, e.version, e.amount, ${balanceAfter} as balance, e.at, e.source, e.description, e.user_id, ${sql.join(keys, sql`, `)}
        from ${theirEntries(from, first)} where ${condition(from, query)}
        order by ${accountOrder(order)} limit ${needed}
      ) as hit
      order by ${total} limit ${query.rowsMax} offset ${query.offset}) as page) as measured
      where bytes <= ${textBytesMax} order by ${total}`);
    return rows.map(({ amount, balance, at, ...said }) => ({
      ...said,
      amount: Amount.of(amount),
      balance: Amount.of(balance),
      createdAt: new Date(at),
    }));
  }

  private async count(from: Accounts, query: TokenQuery, signal?: AbortSignal): Promise<number> {
    // Versions run 1, 2, 3 with no gap.
    if (matchingTokens(query, from) === undefined)
      return from.list.reduce((sum, { version }) => sum + version, 0);
    const [row] = await this.database.orm(signal).execute<{ count: string }>(sql`
      select count(*) as count from ${wantedAccounts(from)} cross join lateral ${theirEntries(from)}
      where ${condition(from, query)}`);
    return Number(row?.count ?? 0);
  }

  private async groups(
    from: Accounts,
    query: TokenQuery,
    signal?: AbortSignal,
  ): Promise<TokenGroup[] | "too many"> {
    const columns = query.groupBy.map((column) => printedColumnOf(column, from));
    const rows = await this.database.orm(signal).execute<{ name: string; count: string; total: number }>(sql`
      select name, count, total from (
        select name, count, sum(octet_length(name)) over (order by name) as bytes, count(*) over ()::int as total from (
          select ${sql.join(columns, sql` || ',' || `)} as name, count(*) as count
          from ${wantedAccounts(from)} cross join lateral ${theirEntries(from)}
          where ${condition(from, query)}
          group by 1 order by 1 limit ${groupsMax + 1}) as named) as measured
      where bytes <= ${groupBytesMax} order by name`);
    const total = rows[0]?.total ?? 0;
    if (total > groupsMax || total > rows.length) return "too many";
    return rows.map(({ name, count }) => ({ name, count: Number(count) }));
  }
}

/** The accounts as they stood when the search began: what is booked later is in none of its answers. */
function wantedAccounts({ list }: Accounts): SQL {
  return table("w", list, {
    wanted_account: ["uuid", ({ id }) => id],
    newest: ["bigint", ({ version }) => version],
  });
}

/** The entries of a wanted account, each side by its own index. */
function theirEntries(from: Accounts, first?: SQL): SQL {
  const isTheirs = (name: "from" | "to") => {
    const { accountId, version } = sides[name];
    return sql`${and(eq(o.orgId, from.orgId), sql`${accountId} = wanted_account and ${version} <= newest`)}`;
  };
  return entries("e", isTheirs, first);
}

function condition(from: Accounts, query: TokenQuery): SQL {
  return matchingTokens(query, from) ?? sql`true`;
}

function orderOf({ groupBy, order }: TokenQuery): TokenOrder[] {
  const asked = [...groupBy.map((column) => ({ column, descending: false })), ...order];
  return asked.length === 0 ? [byTime] : asked;
}

function keyName(index: number): string {
  return `k${index}`;
}

/** The order inside one account. Time never runs backwards along its versions, so by time it is theirs. */
function accountOrder(order: readonly TokenOrder[]): SQL {
  return isByTime(order) ? entryOrder(!isDescending(order)) : totalOrder(order, "version");
}

/** An order in which no two rows are alike, so that windows next to each other neither skip nor repeat. */
function totalOrder(order: readonly TokenOrder[], ...lastColumns: readonly string[]): SQL {
  const asked = order.map(({ descending }, index) => directed(keyName(index), descending));
  const last = lastColumns.map((column) => directed(column, isDescending(order)));
  return sql.raw([...asked, ...last].join(", "));
}

function directed(column: string, descending: boolean): string {
  return `${column} ${descending ? "desc" : "asc"}`;
}

function isByTime(order: readonly TokenOrder[]): boolean {
  return order.length === 1 && order[0]?.column === "created_at";
}

/** Newest first among what is alike, unless the oldest are asked for. */
function isDescending(order: readonly TokenOrder[]): boolean {
  return !isByTime(order) || order[0]?.descending === true;
}
