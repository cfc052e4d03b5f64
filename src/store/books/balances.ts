import { and, eq, type SQL, sql } from "drizzle-orm";
import { availableOf, customerAccount } from "../../domain/account.ts";
import type { Amount } from "../../domain/amount.ts";
import { emailKey } from "../../domain/text.ts";
import { isUuid } from "../../domain/uuid.ts";
import type { Customer } from "../customers/customer-row.ts";
import type { Database } from "../driver/database.ts";
import { OrganizationCoalescer } from "../driver/queries/organization-coalescer.ts";
import { type Columns, columnTexts, tablePlaceholder } from "../driver/statements/arrays.ts";
import { keptQuery } from "../driver/statements/kept-query.ts";
import { accounts, currencies, customers } from "../schema.ts";
import { type Account, fallbackOf, readAccount, readColumns } from "./account.ts";
import { readSettled, type Settler } from "./settler.ts";

/** Whose balance, in what. */
export interface BalanceKey {
  readonly orgId: string;
  /** By id, or by email without regard to case. */
  readonly customer: string;
  readonly currency: string;
}

/** A customer, and its account in a currency. */
export interface Balance {
  readonly customer: Pick<Customer, "id" | "state" | "billingType" | "createdAt">;
  /** Undefined where there is none yet. */
  readonly account: Account | undefined;
  /** How low the balance may go: as the account says, or as one would begin. */
  readonly minimumBalance: Amount;
}

/** What the customer may spend while it is active. */
export function availableIn({ account, minimumBalance }: Balance): Amount {
  return (account && availableOf(account)) ?? minimumBalance.negated();
}

const customerColumns = {
  id: customers.id,
  state: customers.state,
  billingType: customers.billingType,
  createdAt: customers.createdAt,
};

type Wanted = Omit<BalanceKey, "orgId">;

const wantedColumns = {
  n: ["bigint", ([index]) => index],
  wanted_id: ["uuid", ([, { customer }]) => (isUuid(customer) ? customer : null)],
  wanted_email: ["text", ([, { customer }]) => (isUuid(customer) ? null : emailKey(customer))],
  wanted_currency: ["text", ([, { currency }]) => currency],
} satisfies Columns<readonly [number, Wanted]>;

const org = sql`${sql.placeholder("org")}::uuid`;

function balances(id: SQL) {
  return keptQuery((orm) =>
    orm
      .select({
        n: sql<string>`n`,
        customer: customerColumns,
        account: readColumns(org),
        creditLimit: currencies.creditLimit,
      })
      .from(sql`${tablePlaceholder("w", wantedColumns)}`)
      .innerJoin(
        customers,
        sql`${customers.orgId} = ${org} and ${customers.id} = ${id} and ${customers.deletedAt} is null`,
      )
      .leftJoin(
        accounts,
        and(
          sql`${accounts.orgId} = ${org}`,
          eq(accounts.customerId, customers.id),
          sql`${accounts.currency} = wanted_currency`,
        ),
      )
      .leftJoin(
        currencies,
        sql`${currencies.orgId} = ${org} and ${currencies.code} = wanted_currency
          and ${customers.billingType} = 'postpaid'`,
      )
      .prepare("balances"),
  );
}

/** Where all are wanted by id, for a plan with less in it. */
const balancesById = balances(sql`wanted_id`);

/** By id or email. An email names the active customer, where a disabled one has it too. */
const balancesByEither = balances(sql`coalesce(wanted_id, (
  select c.id from customers c where c.org_id = ${org} and c.email_key = wanted_email and c.deleted_at is null
  order by c.state, c.created_at desc, c.id desc limit 1))`);

/** Reads balances, once nothing is due in them. Those that are asked for together share one query. */
export class Balances {
  private readonly reads: OrganizationCoalescer<Wanted, Balance | undefined>;

  constructor(
    private readonly database: Database,
    private readonly settler: Settler,
  ) {
    this.reads = new OrganizationCoalescer((orgId, keys) => this.load(orgId, keys), {
      // No text has a NUL, and both an email and a currency may have anything else.
      nameOf: ({ customer, currency }) => `${customer}\0${currency}`,
      keysMax: 256,
      loadsMax: 2,
    });
  }

  /** Undefined where there is no such customer. */
  async find({ orgId, ...key }: BalanceKey): Promise<Balance | undefined> {
    return readSettled(
      { settler: this.settler, orgId },
      () => this.reads.get(orgId, key),
      (balance) =>
        balance?.account?.isUnsettled ? [customerAccount(balance.customer.id, key.currency)] : [],
    );
  }

  private async load(orgId: string, keys: readonly Wanted[]): Promise<(Balance | undefined)[]> {
    const isById = keys.every(({ customer }) => isUuid(customer));
    const query = isById ? balancesById : balancesByEither;
    const wanted = columnTexts([...keys.entries()], wantedColumns);
    const rows = await query(this.database.keyed()).execute({ ...wanted, org: orgId });
    const found = new Map(rows.map((row) => [Number.parseInt(row.n, 10), row]));
    return keys.map((_, index) => {
      const row = found.get(index);
      if (row === undefined) return undefined;
      const account = row.account === null ? undefined : readAccount(row.account);
      const minimumBalance = account?.minimumBalance ?? fallbackOf(row.creditLimit);
      return { customer: row.customer, account, minimumBalance };
    });
  }
}
