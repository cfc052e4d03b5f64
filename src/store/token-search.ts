import { and, eq, type SQL, sql } from "drizzle-orm";
import { Amount } from "../domain/amount.ts";
import type { Currency } from "../domain/currency.ts";
import { array } from "./arrays.ts";
import type { Database } from "./database.ts";
import { accounts, customers } from "./schema.ts";
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
  /** How many match, whatever the window. */
  readonly totalCount: number;
  /** One more than `groupsMax` where there are too many; none where they were not asked for. */
  readonly groups: readonly TokenGroup[];
}

/** Groups that one answer holds. */
export const groupsMax = 1_000;
/** An organization has one active billing account, and as many before it as were given up. */
const accountsMax = 10_000;

const byTime: TokenOrder = { column: "created_at", descending: true };

/** Where the transactions are: the accounts of an organization's billing accounts in one currency. */
interface Accounts extends TokenFacts {
  readonly ids: readonly string[];
  /** Entries of all of them: versions run 1, 2, 3 with no gap. */
  readonly entries: number;
}

/** Searches the transactions of an organization's billing accounts, those that were disabled or deleted too. */
export class TokenSearch {
  constructor(private readonly database: Database) {}

  async find(
    where: { orgId: string; currency: Currency },
    query: TokenQuery,
    signal?: AbortSignal,
  ): Promise<TokenPage> {
    const found = await this.accounts(where, signal);
    if (found.ids.length === 0) return { rows: [], totalCount: 0, groups: [] };
    const [rows, totalCount, groups] = await Promise.all([
      this.rows(found, query, signal),
      this.count(found, query, signal),
      query.groupBy.length === 0 ? [] : this.groups(found, query, signal),
    ]);
    return { rows, totalCount, groups };
  }

  private async accounts(
    { orgId, currency }: { orgId: string; currency: Currency },
    signal?: AbortSignal,
  ): Promise<Accounts> {
    const rows = await this.database
      .orm(signal)
      .select({ id: accounts.id, version: accounts.version })
      .from(customers)
      .innerJoin(accounts, and(eq(accounts.orgId, customers.orgId), eq(accounts.customerId, customers.id)))
      .where(
        and(
          eq(customers.orgId, orgId),
          eq(customers.isBillingAccount, true),
          eq(accounts.currency, currency.code),
        ),
      )
      .limit(accountsMax);
    const entries = rows.reduce((sum, { version }) => sum + version, 0);
    return { orgId, minorPlaces: currency.minorPlaces, ids: rows.map(({ id }) => id), entries };
  }

  /**
   * Newest first where no other order is asked for. Each account gives as many of its own as may be needed, and in the
   * order of time that is one walk along its index, however many it has.
   */
  private async rows(from: Accounts, query: TokenQuery, signal?: AbortSignal): Promise<TokenRow[]> {
    const order = orderOf(query);
    const keys = order.map(
      ({ column }, index) => sql`${columnOf(column, from)} as ${sql.raw(keyName(index))}`,
    );
    const needed = query.offset + query.rowsMax;
    const rows = await this.database.orm(signal).execute<{
      amount: string;
      source: string;
      description: string;
      userId: string;
      createdAt: string;
    }>(sql`
      select p.amount, t.source, t.description, t.user_id as "userId", p.created_at as "createdAt"
      from (
        select hit.* from unnest(${array(from.ids, "uuid")}) as w (wanted_account) cross join lateral (
          select e.account_id, e.version, e.transfer_id, e.amount, e.created_at, ${sql.join(keys, sql`, `)}
          from ${entriesWithTransfers} where e.account_id = w.wanted_account and ${condition(from, query)}
          order by ${accountOrder(order)} limit ${needed}
        ) as hit
        order by ${totalOrder(order, "account_id", "version")} limit ${query.rowsMax} offset ${query.offset}
      ) as p join transfers t on t.org_id = ${from.orgId}::uuid and t.id = p.transfer_id
      order by ${totalOrder(order, "p.account_id", "p.version")}`);
    return rows.map((row) => ({
      ...row,
      amount: Amount.of(row.amount),
      createdAt: new Date(row.createdAt),
    }));
  }

  private async count(from: Accounts, query: TokenQuery, signal?: AbortSignal): Promise<number> {
    if (matchingTokens(query, from) === undefined) return from.entries;
    const [row] = await this.database.orm(signal).execute<{ count: string }>(sql`
      select count(*) as count from ${entriesWithTransfers}
      where e.account_id = any(${array(from.ids, "uuid")}) and ${condition(from, query)}`);
    return Number(row?.count ?? 0);
  }

  private async groups(from: Accounts, query: TokenQuery, signal?: AbortSignal): Promise<TokenGroup[]> {
    const columns = query.groupBy.map((column) => printedColumnOf(column, from));
    const rows = await this.database.orm(signal).execute<{ name: string; count: string }>(sql`
      select ${sql.join(columns, sql` || ',' || `)} as name, count(*) as count from ${entriesWithTransfers}
      where e.account_id = any(${array(from.ids, "uuid")}) and ${condition(from, query)}
      group by 1 order by 1 limit ${groupsMax + 1}`);
    return rows.map(({ name, count }) => ({ name, count: Number(count) }));
  }
}

/** Where nothing is asked of the transfer, the database does not look at it. */
const entriesWithTransfers = sql`entries e left join transfers t on t.org_id = e.org_id and t.id = e.transfer_id`;

function condition(from: Accounts, query: TokenQuery): SQL | undefined {
  return and(sql`e.org_id = ${from.orgId}::uuid`, matchingTokens(query, from));
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
  return isByTime(order) ? sql.raw(directed("version", isDescending(order))) : totalOrder(order, "version");
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
