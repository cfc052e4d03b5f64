import { type SQL, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { Amount } from "../../domain/amount.ts";
import { array, type Columns, names, table } from "../arrays.ts";
import type { Customer } from "../customers/customers.ts";
import type { Database } from "../driver/database.ts";
import type { Orm } from "../driver/orm.ts";
import { retrying } from "../retry.ts";

/** A billing account that comes from elsewhere with its id, its limit and its times. */
export interface ImportedAccount
  extends Pick<
    Customer,
    "id" | "name" | "email" | "phone" | "address" | "taxData" | "invoiceCurrency" | "state"
  > {
  readonly dueInDays: string;
  /** A JSON object as text. */
  readonly metadata: string | null;
  /** Null where it has no limit of its own. */
  readonly minimumBalance: Amount | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
}

/** What decides whether billing accounts can come into an organization. */
export interface AccountFacts {
  /** Those of them that are here already, by id. */
  readonly present: ReadonlyMap<string, { readonly isBillingAccount: boolean; readonly updatedAt: Date }>;
  /** The active billing account of the organization. */
  readonly activeId: string | undefined;
  /** Active customers by their email in lower case, where one of the accounts has it too. */
  readonly emails: ReadonlyMap<string, string>;
}

type PlanOf<P> = (facts: AccountFacts) => P;

/** Billing accounts as an import makes and updates them. */
export class ImportedAccounts {
  constructor(private readonly database: Database) {}

  /** What a plan comes to, and nothing is written. */
  foresee<P>(orgId: string, accounts: readonly ImportedAccount[], plan: PlanOf<P>): Promise<P> {
    return retrying(async () => plan(await factsOf(this.database.orm(), orgId, accounts)));
  }

  /**
   * Writes the accounts that a plan asks for, each with its balance's row in a currency. The organization is locked as by
   * whoever creates a billing account, so the plan still holds when it is written.
   */
  write<P extends { readonly writes: readonly ImportedAccount[] }>(
    of: { orgId: string; currency: string },
    accounts: readonly ImportedAccount[],
    plan: PlanOf<P>,
  ): Promise<P> {
    const { orgId, currency } = of;
    return retrying(() =>
      this.database.transaction(async (orm) => {
        await orm.execute(sql`select id from organizations where id = ${orgId}::uuid for no key update`);
        const planned = plan(await factsOf(orm, orgId, accounts));
        // Whoever is active no more goes before whoever becomes active: at no moment two are.
        const isLast = ({ state, deletedAt }: ImportedAccount) => state === "active" && deletedAt === null;
        for (const writes of [
          planned.writes.filter((account) => !isLast(account)),
          planned.writes.filter(isLast),
        ]) {
          if (writes.length === 0) continue;
          await orm.execute(upsertCustomers(orgId, writes));
          await orm.execute(upsertBalances(orgId, currency, writes));
        }
        return planned;
      }),
    );
  }
}

async function factsOf(orm: Orm, orgId: string, accounts: readonly ImportedAccount[]): Promise<AccountFacts> {
  const ids = accounts.map(({ id }) => id);
  const emails = accounts.map(({ email }) => email.toLowerCase());
  const present = await orm.execute<{ id: string; isBillingAccount: boolean; updatedAt: string }>(sql`
    select id, is_billing_account as "isBillingAccount", updated_at as "updatedAt" from customers
    where org_id = ${orgId}::uuid and id = any(${array(ids, "uuid")})`);
  const active = await orm.execute<{ id: string; email: string; isBillingAccount: boolean }>(sql`
    select id, lower(email) as email, is_billing_account as "isBillingAccount" from customers
    where org_id = ${orgId}::uuid and state = 'active' and deleted_at is null
      and (is_billing_account or email <> '' and lower(email) = any(${array(emails, "text")}))`);
  return {
    present: new Map(
      present.map(({ id, isBillingAccount, updatedAt }) => [
        id,
        { isBillingAccount, updatedAt: new Date(updatedAt) },
      ]),
    ),
    activeId: active.find(({ isBillingAccount }) => isBillingAccount)?.id,
    emails: new Map(active.map(({ id, email }) => [email, id])),
  };
}

const customerColumns: Columns<ImportedAccount> = {
  id: ["uuid", ({ id }) => id],
  name: ["text", ({ name }) => name],
  email: ["text", ({ email }) => email],
  phone: ["text", ({ phone }) => phone],
  address: ["jsonb", ({ address }) => (address === null ? null : JSON.stringify(address))],
  tax_data: ["jsonb", ({ taxData }) => JSON.stringify(taxData)],
  invoice_currency: ["text", ({ invoiceCurrency }) => invoiceCurrency],
  state: ["text", ({ state }) => state],
  due_in_days: ["bigint", ({ dueInDays }) => dueInDays],
  metadata: ["jsonb", ({ metadata }) => metadata],
  created_at: ["timestamptz", ({ createdAt }) => createdAt],
  updated_at: ["timestamptz", ({ updatedAt }) => updatedAt],
  deleted_at: ["timestamptz", ({ deletedAt }) => deletedAt],
};

function upsertCustomers(orgId: string, accounts: readonly ImportedAccount[]): SQL {
  const columns = names(customerColumns);
  return sql`
    insert into customers (org_id, is_billing_account, ${columns})
    select ${orgId}::uuid, true, ${columns} from ${table("r", accounts, customerColumns)}
    on conflict (org_id, id) do update set (${columns}) = row (${sql.raw(
      Object.keys(customerColumns)
        .map((name) => `excluded.${name}`)
        .join(", "),
    )})`;
}

const balanceColumns: Columns<ImportedAccount> = {
  id: ["uuid", () => uuidv7()],
  customer_id: ["uuid", ({ id }) => id],
  minimum_balance: ["numeric", ({ minimumBalance }) => minimumBalance?.toString() ?? null],
  created_at: ["timestamptz", ({ createdAt }) => createdAt],
  updated_at: ["timestamptz", ({ createdAt }) => createdAt],
};

function upsertBalances(orgId: string, currency: string, accounts: readonly ImportedAccount[]): SQL {
  const columns = names(balanceColumns);
  return sql`
    insert into accounts (org_id, currency, ${columns})
    select ${orgId}::uuid, ${currency}, ${columns} from ${table("r", accounts, balanceColumns)}
    on conflict (org_id, customer_id, currency) where customer_id is not null
      do update set minimum_balance = excluded.minimum_balance, limit_ends_at = null, limit_afterwards = null`;
}
