import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { createDatabase, type TestDatabase } from "../../test/support/database.ts";
import { withSql } from "../../test/support/sql.ts";
import type { AccountRef } from "../domain/account.ts";
import { AppGroups } from "./customers/app-groups.ts";
import { BillingAccounts } from "./customers/billing-accounts.ts";
import { CustomerDeletion } from "./customers/customer-deletion.ts";
import { CustomerNames } from "./customers/customer-names.ts";
import { Customers } from "./customers/customers.ts";
import { Developers } from "./customers/developers.ts";
import { openDatabase } from "./driver/database.ts";
import { migrate } from "./driver/migrate.ts";
import { Organizations } from "./tenants/organizations.ts";
import { BillingTerms } from "./terms/billing-terms.ts";
import { Ceilings } from "./terms/ceilings.ts";
import { CreditLimits } from "./terms/credit-limits.ts";
import { Currencies } from "./terms/currencies.ts";
import { Limits } from "./terms/limits.ts";
import { type By, operator } from "./trail/by.ts";

/** The first attempt of a caller that waits. */
export const attempt = operator("test");
/** One after an attempt whose answer was lost. */
export const retry: By = { ...operator("test"), once: (_name, work) => work(true) };

export type TestStore = Awaited<ReturnType<typeof startStore>>;

/** The stores of tenants, customers and terms, on a database of their own, with an organization. */
export async function startStore(options: { locale?: string; groupsCountedMax?: number } = {}) {
  const created = await createDatabase();
  const url = options.locale === undefined ? created.url : await databaseWithLocale(created, options.locale);
  await migrate(url);
  const database = openDatabase(url);
  const settled: AccountRef[] = [];
  const settler = {
    settleDue: async (_orgId: string, accounts: readonly AccountRef[]) => {
      settled.push(...accounts);
      return true;
    },
  };
  const deletion = new CustomerDeletion(database, settler);
  const organizations = new Organizations(database);
  const orgId = uuidv7();
  const shown = { displayName: "Test", frontierCurrency: "VC" };
  await organizations.create({ id: orgId, name: `org-${orgId.slice(-12)}`, ...shown }, attempt);
  return {
    database,
    organizations,
    orgId,
    /** Accounts that were to be settled before a deletion. */
    settled,
    customers: new Customers(database, deletion),
    developers: new Developers(database, deletion),
    appGroups: new AppGroups(database, deletion, options.groupsCountedMax),
    billingAccounts: new BillingAccounts(database, deletion),
    names: new CustomerNames(database),
    currencies: new Currencies(database),
    ceilings: new Ceilings(database),
    limits: new Limits(database),
    creditLimits: new CreditLimits(database),
    billingTerms: new BillingTerms(database),
    sql: <T>(work: Parameters<typeof withSql<T>>[1]) => withSql(url, work),
    stop: async () => {
      await database.close();
      if (url !== created.url)
        await withSql(created.url, (sql) => sql.unsafe(`drop database ${nameOf(url)} with (force)`));
      await created.drop();
    },
  };
}

/** Makes a customer. */
export async function newCustomer(
  { customers, orgId }: Pick<TestStore, "customers" | "orgId">,
  fields: { email?: string; name?: string } = {},
): Promise<string> {
  const id = uuidv7();
  const more = { name: "", email: "", billingType: "prepaid", attributes: [], ...fields } as const;
  const created = await customers.create({ orgId, id, ...more }, attempt);
  if ("taken" in created) throw new Error(`${created.taken} is taken`);
  return id;
}

/** Money on an account as if it had been booked. */
export async function putMoney(
  { sql, orgId }: Pick<TestStore, "sql" | "orgId">,
  customerId: string,
  money: { currency: string; funded?: string; spent?: string; withdrawn?: string; held?: string },
): Promise<void> {
  const row = { funded: "0", spent: "0", withdrawn: "0", held: "0", ...money };
  await sql(
    (client) => client`
      insert into accounts ${client({ ...row, org_id: orgId, id: uuidv7(), customer_id: customerId })}
      on conflict (org_id, customer_id, currency) where customer_id is not null do update set funded = excluded.funded,
        spent = excluded.spent, withdrawn = excluded.withdrawn, held = excluded.held`,
  );
}

async function databaseWithLocale({ url }: TestDatabase, locale: string): Promise<string> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await withSql(url, (sql) =>
    sql.unsafe(
      `create database ${name} template template0 encoding 'UTF8' locale_provider icu icu_locale '${locale}' locale 'C'`,
    ),
  );
  const made = new URL(url);
  made.pathname = `/${name}`;
  return made.href;
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1);
}
