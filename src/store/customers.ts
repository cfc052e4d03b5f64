import { and, asc, desc, eq, isNull, sql } from "drizzle-orm";
import type { Database, Orm } from "./database.ts";
import { violatedIndex } from "./errors.ts";
import { creating } from "./retry.ts";
import { accounts, customers, organizations } from "./schema.ts";

/** Who owes or holds money in an organization. Frontier calls it a billing account. */
export type Customer = typeof customers.$inferSelect;

/** What a caller may say about a customer. */
export type CustomerFields = Pick<
  Customer,
  "name" | "email" | "phone" | "address" | "taxData" | "invoiceCurrency" | "metadata"
>;

/** Why a billing account was not created; the customer that stands in the way. */
export type BillingAccountObstacle =
  | { readonly obstacle: "active"; readonly customerId: string }
  | { readonly obstacle: "owes"; readonly customerId: string }
  | { readonly obstacle: "email" };

/** The customers of organizations. Deleted ones are found by nobody. */
export class Customers {
  constructor(private readonly database: Database) {}

  /**
   * Creates the billing account of an organization. Refused while another one is active or an older one owes; two that
   * try at once take turns at the organization's row.
   */
  async createBillingAccount(
    which: { orgId: string; id: string; fields: CustomerFields },
    signal?: AbortSignal,
  ): Promise<Customer | BillingAccountObstacle> {
    const create = () => this.database.transaction((orm) => insertBillingAccount(orm, which), signal);
    try {
      return await creating({ create, made: () => this.find(which, signal) }, signal);
    } catch (error) {
      if (violatedIndex(error) === "customers_email") return { obstacle: "email" };
      throw error;
    }
  }

  async find(which: { orgId: string; id: string }, signal?: AbortSignal): Promise<Customer | undefined> {
    return this.first(and(eq(customers.orgId, which.orgId), eq(customers.id, which.id)), signal);
  }

  /** By email, without regard to case: the active one before a disabled one. */
  async findByEmail(
    which: { orgId: string; email: string },
    signal?: AbortSignal,
  ): Promise<Customer | undefined> {
    const isIt = eq(sql`lower(${customers.email})`, which.email.toLowerCase());
    return this.first(and(eq(customers.orgId, which.orgId), isIt), signal);
  }

  /** By id alone, for callers that name no organization. */
  async findAnywhere(id: string, signal?: AbortSignal): Promise<Customer | undefined> {
    return this.first(eq(customers.id, id), signal);
  }

  /** The billing account of an organization: the active one before a disabled one, the newest of those. */
  async findBillingAccount(orgId: string, signal?: AbortSignal): Promise<Customer | undefined> {
    return this.first(and(eq(customers.orgId, orgId), eq(customers.isBillingAccount, true)), signal);
  }

  /** Every billing account of an organization, oldest first. */
  async listBillingAccounts(
    page: { orgId: string; rowsMax: number },
    signal?: AbortSignal,
  ): Promise<Customer[]> {
    return this.database
      .orm(signal)
      .select()
      .from(customers)
      .where(
        and(
          eq(customers.orgId, page.orgId),
          eq(customers.isBillingAccount, true),
          isNull(customers.deletedAt),
        ),
      )
      .orderBy(asc(customers.createdAt), asc(customers.id))
      .limit(page.rowsMax);
  }

  private async first(isIt: ReturnType<typeof and>, signal?: AbortSignal): Promise<Customer | undefined> {
    const rows = await this.database
      .orm(signal)
      .select()
      .from(customers)
      .where(and(isIt, isNull(customers.deletedAt)))
      .orderBy(asc(customers.state), desc(customers.createdAt))
      .limit(1);
    return rows[0];
  }
}

async function insertBillingAccount(
  orm: Orm,
  { orgId, id, fields }: { orgId: string; id: string; fields: CustomerFields },
): Promise<Customer | BillingAccountObstacle> {
  await orm
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.id, orgId))
    .for("no key update");
  const obstacle = await obstacleTo(orm, orgId);
  if (obstacle !== undefined) return obstacle;
  const [row] = await orm
    .insert(customers)
    .values({ orgId, id, isBillingAccount: true, ...fields })
    .returning();
  if (row === undefined) throw new Error("a customer was not inserted");
  return row;
}

async function obstacleTo(orm: Orm, orgId: string): Promise<BillingAccountObstacle | undefined> {
  const isBillingAccount = and(eq(customers.orgId, orgId), eq(customers.isBillingAccount, true));
  const [active] = await orm
    .select({ customerId: customers.id })
    .from(customers)
    .where(and(isBillingAccount, eq(customers.state, "active"), isNull(customers.deletedAt)))
    .limit(1);
  if (active !== undefined) return { obstacle: "active", ...active };
  const [owing] = await orm
    .select({ customerId: customers.id })
    .from(customers)
    .innerJoin(accounts, and(eq(accounts.orgId, customers.orgId), eq(accounts.customerId, customers.id)))
    .where(and(isBillingAccount, sql`${accounts.funded} < ${accounts.spent}`))
    .limit(1);
  return owing === undefined ? undefined : { obstacle: "owes", ...owing };
}
