import { and, asc, eq, gt, isNotNull, min, type SQL, sql, sum } from "drizzle-orm";
import { type AccountOwner, accountKey } from "../domain/account.ts";
import { Amount } from "../domain/amount.ts";
import { type Account, readAccount, selectAccounts } from "./accounts.ts";
import { array } from "./arrays.ts";
import type { Database } from "./driver/database.ts";
import { accounts } from "./schema.ts";

/** Reads accounts. A counter-account is answered as one, however many stripes it has: under the id of the oldest. */
export class Accounts {
  constructor(private readonly database: Database) {}

  /** By id; a counter-account by the id of any of its stripes. */
  async find(which: { orgId: string; id: string }, signal?: AbortSignal): Promise<Account | undefined> {
    const rows = await this.read(and(eq(accounts.orgId, which.orgId), eq(accounts.id, which.id)), 1, signal);
    const [account] = await this.summed(which.orgId, rows, signal);
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
    const { orgId, customerId, afterId, rowsMax } = page;
    const isOldestStripe = sql`(${accounts.role} is null or not exists (
      select from accounts s where s.org_id = ${accounts.orgId} and s.role = ${accounts.role}
        and s.currency = ${accounts.currency} and (s.created_at, s.id) < (${accounts.createdAt}, ${accounts.id})))`;
    const rows = await this.read(
      and(
        eq(accounts.orgId, orgId),
        customerId === undefined ? isOldestStripe : eq(accounts.customerId, customerId),
        afterId === undefined ? undefined : gt(accounts.id, afterId),
      ),
      rowsMax,
      signal,
    );
    return this.summed(orgId, rows, signal);
  }

  /** The ids of the rows behind an account: one, or every stripe. */
  async rowIds(
    which: { orgId: string; owner: AccountOwner; currency: string },
    signal?: AbortSignal,
  ): Promise<string[]> {
    const { owner } = which;
    const isTheirs =
      "role" in owner ? eq(accounts.role, owner.role) : eq(accounts.customerId, owner.customerId);
    return this.ids(
      and(eq(accounts.orgId, which.orgId), isTheirs, eq(accounts.currency, which.currency)),
      signal,
    );
  }

  /** The ids of a customer's accounts, one a currency. */
  async idsOfCustomer(which: { orgId: string; customerId: string }, signal?: AbortSignal): Promise<string[]> {
    return this.ids(and(eq(accounts.orgId, which.orgId), eq(accounts.customerId, which.customerId)), signal);
  }

  private async ids(isTheirs: SQL | undefined, signal?: AbortSignal): Promise<string[]> {
    const rows = await this.database.orm(signal).select({ id: accounts.id }).from(accounts).where(isTheirs);
    return rows.map(({ id }) => id);
  }

  private async read(isTheirs: SQL | undefined, rowsMax: number, signal?: AbortSignal): Promise<Account[]> {
    const rows = await selectAccounts(this.database.orm(signal))
      .where(isTheirs)
      .orderBy(asc(accounts.id))
      .limit(rowsMax);
    return rows.map(readAccount);
  }

  /** The same accounts, with the sum of all stripes in place of each counter-account's one. */
  private async summed(orgId: string, rows: readonly Account[], signal?: AbortSignal): Promise<Account[]> {
    const roles = rows.flatMap(({ owner }) => ("role" in owner ? [owner.role] : []));
    if (roles.length === 0) return [...rows];
    const sums = await this.database
      .orm(signal)
      .select({
        id: sql<string>`(array_agg(${accounts.id} order by ${accounts.createdAt}, ${accounts.id}))[1]`,
        role: accounts.role,
        currency: accounts.currency,
        version: sum(accounts.version).mapWith(Number),
        funded: sum(accounts.funded).mapWith(Amount.of),
        spent: sum(accounts.spent).mapWith(Amount.of),
        createdAt: min(accounts.createdAt),
        updatedAt: sql`max(${accounts.updatedAt})`.mapWith(accounts.updatedAt),
      })
      .from(accounts)
      .where(
        and(
          eq(accounts.orgId, orgId),
          isNotNull(accounts.role),
          sql`${accounts.role} = any(${array(roles, "text")})`,
        ),
      )
      .groupBy(accounts.role, accounts.currency);
    const sumOf = new Map(
      sums.map(({ role, ...totals }) => [accountKey({ role: role ?? "" }, totals.currency), totals]),
    );
    return rows.map((row) => ({ ...row, ...sumOf.get(accountKey(row.owner, row.currency)) }) as Account);
  }
}
