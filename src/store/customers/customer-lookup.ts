import { and, asc, desc, eq, isNull, sql } from "drizzle-orm";
import { emailKey } from "../../domain/text.ts";
import type { Database } from "../driver/database.ts";
import { OrganizationCoalescer } from "../driver/queries/organization-coalescer.ts";
import { arrayText, uuidsText } from "../driver/statements/arrays.ts";
import { keptQuery } from "../driver/statements/kept-query.ts";
import { isKey, keys } from "../driver/statements/keys.ts";
import { isOnly } from "../driver/statements/only.ts";
import { retryingFor } from "../driver/transactions/retry.ts";
import { customers } from "../schema.ts";
import { isBillingAccount } from "./billing-account-condition.ts";
import type { Customer, CustomerId } from "./customer-row.ts";

const bounds = { keysMax: 256, loadsMax: 2 };

const isOfOrganization = eq(customers.orgId, sql.placeholder("org"));

const customersById = keptQuery((orm) => {
  const row = orm
    .select()
    .from(customers)
    .where(and(isOfOrganization, isKey(customers.id), isNull(customers.deletedAt)))
    .limit(1)
    .as("row");
  return orm
    .select(row._.selectedFields)
    .from(keys(sql.placeholder("ids")))
    .crossJoinLateral(row)
    .prepare("customers_by_id");
});

const customersByEmail = keptQuery((orm) => {
  const row = orm
    .select()
    .from(customers)
    .where(and(isOfOrganization, sql`${customers.emailKey} = w.email_key`, isNull(customers.deletedAt)))
    .orderBy(asc(customers.state), desc(customers.createdAt), desc(customers.id))
    .limit(1)
    .as("row");
  return orm
    .select(row._.selectedFields)
    .from(sql`unnest(${sql.placeholder("emails")}::text[]) as w (email_key)`)
    .crossJoinLateral(row)
    .prepare("customers_by_email");
});

const billingAccount = keptQuery((orm) =>
  orm
    .select()
    .from(customers)
    .where(
      and(isOnly(customers.orgId, sql.placeholder("org")), isBillingAccount, isNull(customers.deletedAt)),
    )
    .orderBy(asc(customers.state), desc(customers.createdAt), desc(customers.id))
    .limit(1)
    .prepare("billing_account"),
);

/** Looks for customers on the way of every call. Those of one organization that are asked for together share a query. */
export class CustomerLookup {
  private readonly ids: OrganizationCoalescer<string, Customer | undefined>;
  private readonly emails: OrganizationCoalescer<string, Customer | undefined>;
  private readonly billingAccounts: OrganizationCoalescer<null, Customer | undefined>;

  constructor(private readonly database: Database) {
    this.ids = new OrganizationCoalescer(
      (orgId, ids) => retryingFor(database, orgId, () => this.loadIds(orgId, ids)),
      {
        nameOf: (id) => id,
        ...bounds,
      },
    );
    this.emails = new OrganizationCoalescer(
      (orgId, emails) => retryingFor(database, orgId, () => this.loadEmails(orgId, emails)),
      { nameOf: (email) => email, ...bounds },
    );
    this.billingAccounts = new OrganizationCoalescer(
      (orgId) => retryingFor(database, orgId, () => this.loadBillingAccount(orgId)),
      { nameOf: () => "", ...bounds },
    );
  }

  /** By id. A deleted one is not found. */
  byId({ orgId, id }: CustomerId): Promise<Customer | undefined> {
    return this.ids.get(orgId, id);
  }

  /** By email, without regard to case: the active one before a disabled one, the newest of those. */
  byEmail({
    orgId,
    email,
  }: {
    readonly orgId: string;
    readonly email: string;
  }): Promise<Customer | undefined> {
    return this.emails.get(orgId, emailKey(email));
  }

  /** The billing account of an organization: the active one before a disabled one, the newest of those. */
  billingAccount(orgId: string): Promise<Customer | undefined> {
    return this.billingAccounts.get(orgId, null);
  }

  private async loadIds(org: string, ids: readonly string[]): Promise<(Customer | undefined)[]> {
    const keys = { org, ids: uuidsText(ids) };
    const rows = await customersById(this.database.keyed()).execute(keys);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id));
  }

  private async loadEmails(org: string, emails: readonly string[]): Promise<(Customer | undefined)[]> {
    const rows = await customersByEmail(this.database.keyed()).execute({
      org,
      emails: arrayText(emails, "text"),
    });
    const found = new Map(rows.map((row) => [row.emailKey, row]));
    return emails.map((email) => found.get(email));
  }

  private async loadBillingAccount(org: string): Promise<(Customer | undefined)[]> {
    const [row] = await billingAccount(this.database.keyed()).execute({ org });
    return [row];
  }
}
