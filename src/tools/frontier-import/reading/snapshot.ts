import { type SQL, sql } from "drizzle-orm";
import { array } from "../../../store/driver/statements/arrays.ts";
import type { Orm } from "../../../store/driver/statements/orm.ts";
import { FrontierFailure } from "./failure.ts";
import type {
  FrontierAccount,
  FrontierBalance,
  FrontierOrganization,
  FrontierOrphan,
  FrontierTransaction,
  FrontierUsage,
} from "./rows.ts";

/** The platform's own account: the other side of every change. It is no customer's. */
const platformAccount = sql`'00000000-0000-0000-0000-000000000000'::uuid`;
const accountsPageMax = 500;
const transactionsPageMax = 2_000;
const idsPageMax = 2_500;

/**
 * A Frontier's tables as they stood when its transaction began. One list is read at a time and kind. Columns that came to
 * Frontier after 2024-03 may be missing, and then have the default that they came with.
 */
export class FrontierSnapshot {
  constructor(private readonly orm: Orm) {}

  async counts(): Promise<{ organizations: number; transactions: number }> {
    const [row] = await this.read<{ organizations: string; transactions: string }>(sql`
      select (select count(*) from organizations) as organizations,
        (select count(*) from billing_transactions where account_id <> ${platformAccount}) as transactions`);
    return { organizations: Number(row?.organizations), transactions: Number(row?.transactions) };
  }

  organizations(): AsyncGenerator<readonly FrontierOrganization[]> {
    return this.pages(
      "organizations_page",
      accountsPageMax,
      sql`
      select id, name, coalesce(title, '') as title, ${instant("created_at")} as "createdAt"
      from organizations order by id`,
    );
  }

  /** The billing accounts of an organization: the inactive ones, then the active ones, newest first. */
  accounts(orgId: string): AsyncGenerator<readonly FrontierAccount[]> {
    return this.pages(
      "accounts_page",
      accountsPageMax,
      sql`
      select * from (
        select c.id, c.name, c.email, coalesce(c.phone, '') as phone, c.address, whole -> 'tax' as tax,
          case when jsonb_typeof(c.metadata) = 'object' then c.metadata::text end as metadata,
          lower(coalesce(nullif(c.currency, ''), 'usd')) as currency,
          coalesce(nullif(c.state, ''), 'active') = 'active' and least(c.deleted_at, o.deleted_at) is null as "isActive",
          coalesce(whole ->> 'credit_min', '0') as "creditMin", coalesce(whole ->> 'due_in_days', '0') as "dueInDays",
          ${instant("c.created_at")} as "createdAt", ${instant("c.updated_at")} as "updatedAt",
          ${instant("least(c.deleted_at, o.deleted_at)")} as "deletedAt"
        from billing_customers c join organizations o on o.id = c.org_id cross join to_jsonb(c) as whole
        where c.org_id = ${orgId}::uuid and c.id <> ${platformAccount}
      ) a order by "isActive", "createdAt" desc, id`,
    );
  }

  /** The transactions of an organization's accounts, oldest first; a usage before the revert of the same moment. */
  transactions(orgId: string): AsyncGenerator<readonly FrontierTransaction[]> {
    return this.pages(
      "transactions_page",
      transactionsPageMax,
      sql`
      select t.id, t.account_id as "accountId", t.type, lower(coalesce(t.source, '')) as source, t.amount,
        coalesce(t.description, '') as description, coalesce(t.user_id, '') as "userId",
        case coalesce(jsonb_typeof(t.metadata), 'null') when 'object' then t.metadata::text when 'null' then '{}' end
          as metadata,
        case when t.type = 'credit' and lower(t.source) like 'system.revert%' then
          t.metadata ->> 'revert_request_using' end as "revertOf",
        case when t.created_at >= '0001-01-01' and t.created_at < '10000-01-01' then ${instant("t.created_at")} end
          as "createdAt"
      from billing_customers c join billing_transactions t on t.account_id = c.id
      where c.org_id = ${orgId}::uuid and c.id <> ${platformAccount}
      order by t.created_at, t.type desc, t.id`,
    );
  }

  /** Those of the ids that are debits which can be given back. */
  usages(ids: readonly string[]): Promise<FrontierUsage[]> {
    return this.read(sql`
      select id, account_id as "accountId", amount from billing_transactions
      where id = any(${array(ids, "uuid")}) and type = 'debit' and amount > 0`);
  }

  /** The balance of every billing account, summed as Frontier does, organization by organization. */
  balances(): AsyncGenerator<readonly FrontierBalance[]> {
    return this.pages(
      "balances_page",
      accountsPageMax,
      sql`
      select c.org_id as "orgId", c.id as "accountId",
        coalesce(sum(case t.type when 'credit' then t.amount when 'debit' then -t.amount end), 0) as balance
      from billing_customers c left join billing_transactions t on t.account_id = c.id
      where c.id <> ${platformAccount} group by c.org_id, c.id order by c.org_id`,
    );
  }

  /** The ids of an account's transactions. */
  transactionIds(accountId: string): AsyncGenerator<readonly { readonly id: string }[]> {
    return this.pages(
      "ids_page",
      idsPageMax,
      sql`
      select id from billing_transactions where account_id = ${accountId}::uuid`,
    );
  }

  /** At most so many transactions that no billing account has. */
  orphans(rowsMax: number): Promise<FrontierOrphan[]> {
    return this.read(sql`
      select t.id, t.account_id as "accountId", count(*) over () as total from billing_transactions t
      where t.account_id is distinct from ${platformAccount}
        and not exists (select from billing_customers c where c.id = t.account_id)
      order by t.id limit ${rowsMax}`);
  }

  private async *pages<T extends Record<string, unknown>>(
    cursor: string,
    rowsMax: number,
    query: SQL,
  ): AsyncGenerator<readonly T[]> {
    const name = sql.raw(cursor);
    await this.read(sql`declare ${name} no scroll cursor for ${query}`);
    for (;;) {
      const rows = await this.read<T>(sql`fetch ${sql.raw(String(rowsMax))} from ${name}`);
      if (rows.length > 0) yield rows;
      if (rows.length < rowsMax) break;
    }
    await this.read(sql`close ${name}`);
  }

  private async read<T extends Record<string, unknown>>(query: SQL): Promise<T[]> {
    try {
      // Drizzle's type of a row is a condition that no generic one resolves.
      return (await this.orm.execute(query)) as T[];
    } catch (error) {
      throw new FrontierFailure(error);
    }
  }
}

/** A time to the millisecond, as the ledger keeps it. */
function instant(expression: string): SQL {
  return sql`date_trunc('milliseconds', ${sql.raw(expression)})`;
}
