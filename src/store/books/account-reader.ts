import { and, asc, eq, gt, isNotNull, min, type SQL, sql, sum } from "drizzle-orm";
import { type AccountOwner, accountOf } from "../../domain/account.ts";
import { Amount } from "../../domain/amount.ts";
import type { Database } from "../driver/database.ts";
import { array } from "../driver/statements/arrays.ts";
import { keptQuery } from "../driver/statements/kept-query.ts";
import { accounts } from "../schema.ts";
import { type Account, type AccountRow, readAccount, selectAccounts } from "./account.ts";
import { readSettled, type Settler } from "./settler.ts";

/** Stripes of one counter-account, and accounts of one customer: more than there ever are. */
const rowsMax = 10_000;

const org = sql`${sql.placeholder("org")}::uuid`;

const accountById = keptQuery((orm) =>
  selectAccounts(orm, org)
    .where(and(sql`${accounts.orgId} = ${org}`, eq(accounts.id, sql.placeholder("id"))))
    .limit(1)
    .prepare("account_by_id"),
);

/**
 * Reads accounts, once nothing is due in them. A counter-account is answered as one, however many stripes it has: under
 * the id of the oldest.
 */
export class Accounts {
  constructor(
    private readonly database: Database,
    private readonly settler: Settler,
  ) {}

  /** By id; a counter-account by the id of any of its stripes. */
  async find(which: { orgId: string; id: string }, signal?: AbortSignal): Promise<Account | undefined> {
    const { orgId, id } = which;
    const rows = () => accountById(this.database.keyed()).execute({ org: orgId, id });
    const [account] = await this.settled(orgId, rows, signal);
    return account;
  }

  /** In the order of their ids. */
  async list(
    page: {
      orgId: string;
      customerId?: string | undefined;
      afterId?: string | undefined;
      rowsMax: number;
    },
    signal?: AbortSignal,
  ): Promise<Account[]> {
    const { orgId, customerId, afterId } = page;
    const isOldestStripe = sql`(${accounts.counter} is null or not exists (
      select from accounts s where s.org_id = ${orgId}::uuid and s.counter = ${accounts.counter}
        and s.currency = ${accounts.currency} and (s.created_at, s.id) < (${accounts.createdAt}, ${accounts.id})))`;
    const isWanted = and(
      customerId === undefined ? isOldestStripe : eq(accounts.customerId, customerId),
      afterId === undefined ? undefined : gt(accounts.id, afterId),
    );
    const rows = async () =>
      selectAccounts(this.database.orm(signal), orgId)
        .where(and(eq(accounts.orgId, orgId), isWanted))
        .orderBy(asc(accounts.id))
        .limit(page.rowsMax);
    return this.settled(orgId, rows, signal);
  }

  /** The ids of the rows behind an account: one, or every stripe. */
  async rowIds(
    which: { orgId: string; owner: AccountOwner; currency: string },
    signal?: AbortSignal,
  ): Promise<string[]> {
    const { orgId, owner, currency } = which;
    const isTheirs =
      "counter" in owner ? eq(accounts.counter, owner.counter) : eq(accounts.customerId, owner.customerId);
    return this.ids(and(eq(accounts.orgId, orgId), isTheirs, eq(accounts.currency, currency)), signal);
  }

  /** A customer's accounts, one a currency. */
  ofCustomer(which: { orgId: string; customerId: string }, signal?: AbortSignal): Promise<Account[]> {
    return this.list({ ...which, rowsMax }, signal);
  }

  /** Asked for in this order, PostgreSQL may look for them through all accounts of the organization: it is that of a key. */
  private async ids(isTheirs: SQL | undefined, signal?: AbortSignal): Promise<string[]> {
    const { id } = accounts;
    const rows = await this.database.orm(signal).select({ id }).from(accounts).where(isTheirs).limit(rowsMax);
    return rows.map((row) => row.id).sort();
  }

  private async settled(
    orgId: string,
    rows: () => Promise<AccountRow[]>,
    signal?: AbortSignal,
  ): Promise<Account[]> {
    const read = async () => (await rows()).map(readAccount);
    return this.summed(
      orgId,
      await readSettled({ settler: this.settler, orgId, signal }, read, unsettled),
      signal,
    );
  }

  /** The same accounts, with the sum of all stripes in place of each counter-account's one. */
  private async summed(orgId: string, rows: readonly Account[], signal?: AbortSignal): Promise<Account[]> {
    const counters = rows.flatMap(({ owner }) => ("counter" in owner ? [owner.counter] : []));
    if (counters.length === 0) return [...rows];
    const sums = await this.database
      .orm(signal)
      .select({
        id: sql<string>`(array_agg(${accounts.id} order by ${accounts.createdAt}, ${accounts.id}))[1]`,
        counter: sql<string>`${accounts.counter}`,
        currency: accounts.currency,
        version: sum(accounts.version).mapWith(Number),
        sequence: sum(accounts.sequence).mapWith(Number),
        funded: sum(accounts.funded).mapWith(Amount.of),
        spent: sum(accounts.spent).mapWith(Amount.of),
        createdAt: min(accounts.createdAt),
        updatedAt: sql`max(${accounts.updatedAt})`.mapWith(accounts.updatedAt),
      })
      .from(accounts)
      .where(
        and(
          eq(accounts.orgId, orgId),
          isNotNull(accounts.counter),
          sql`${accounts.counter} = any(${array(counters, "text")})`,
        ),
      )
      .groupBy(accounts.counter, accounts.currency);
    const sumOf = new Map(
      sums.map(({ counter, ...totals }) => [accountOf({ counter }, totals.currency).key, totals]),
    );
    return rows.map((row) => ({ ...row, ...sumOf.get(accountOf(row.owner, row.currency).key) }) as Account);
  }
}

/** Those in which something is due. */
export function unsettled(read: readonly Account[]) {
  return read.flatMap(({ isUnsettled, owner, currency }) =>
    isUnsettled ? [accountOf(owner, currency)] : [],
  );
}
