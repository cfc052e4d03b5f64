import { isDeepStrictEqual } from "node:util";
import { and, asc, desc, eq, isNull, sql } from "drizzle-orm";
import { listCustomers } from "./customer-list.ts";
import { type CustomerKey, CustomerLookup } from "./customer-lookup.ts";
import type { Database } from "./driver/database.ts";
import { violatedIndex } from "./driver/errors.ts";
import type { Cursor } from "./organizations.ts";
import type { Orm } from "./driver/orm.ts";
import { type Attempt, creating } from "./retry.ts";
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

export type NewCustomer = Pick<Customer, "orgId" | "id" | "name" | "email" | "billingType" | "attributes">;

/** What to change; an attribute with an empty value is removed. */
export interface CustomerChange {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly billingType?: Customer["billingType"] | undefined;
  readonly attributes: Customer["attributes"];
}

/** The field by which a customer would be taken for another one. */
export interface TakenField {
  readonly taken: "id" | "email";
}

/** Attributes that one customer may have. */
export const attributesMax = 100;

/** The customers of organizations. Deleted ones are found by nobody. */
export class Customers {
  private readonly lookup: CustomerLookup;

  constructor(private readonly database: Database) {
    this.lookup = new CustomerLookup(database);
  }

  /**
   * Creates the billing account of an organization. Refused while another one is active or an older one owes; two that
   * try at once take turns at the organization's row.
   */
  async createBillingAccount(
    which: { orgId: string; id: string; fields: CustomerFields },
    attempt?: Attempt,
  ): Promise<Customer | BillingAccountObstacle> {
    const create = () =>
      this.database.transaction((orm) => insertBillingAccount(orm, which), attempt?.signal);
    try {
      return await creating({ create, made: () => this.find(which) }, attempt);
    } catch (error) {
      if (violatedIndex(error) === "customers_email") return { obstacle: "email" };
      throw error;
    }
  }

  /** Creates a customer that is no billing account; answers the field that another one has already. */
  async create(fields: NewCustomer, attempt: Attempt): Promise<Customer | TakenField> {
    const create = async () => {
      const [row] = await this.database.orm(attempt.signal).insert(customers).values(fields).returning();
      if (row === undefined) throw new Error("a customer was not inserted");
      return row;
    };
    const made = async () => {
      const found = await this.find(fields);
      return found && isDeepStrictEqual(found, { ...found, ...fields }) ? found : undefined;
    };
    return unlessTaken(() => creating({ create, made }, attempt));
  }

  /** Changes what is given; undefined where there is no such customer. */
  async update(
    which: { orgId: string; id: string },
    change: CustomerChange,
    signal?: AbortSignal,
  ): Promise<Customer | TakenField | "too many attributes" | undefined> {
    const isIt = and(
      eq(customers.orgId, which.orgId),
      eq(customers.id, which.id),
      isNull(customers.deletedAt),
    );
    const { attributes: changed, ...fields } = change;
    const update = () =>
      this.database.transaction(async (orm) => {
        const [known] = await orm
          .select({ attributes: customers.attributes })
          .from(customers)
          .where(isIt)
          .for("no key update");
        if (known === undefined) return undefined;
        const attributes = mergeAttributes(known.attributes, changed);
        if (Object.keys(attributes).length > attributesMax) return "too many attributes";
        const [row] = await orm
          .update(customers)
          .set({ ...fields, attributes, updatedAt: sql`now()` })
          .where(isIt)
          .returning();
        return row;
      }, signal);
    return unlessTaken(update);
  }

  /** Oldest first. */
  async list(
    page: { orgId: string; after?: Cursor | undefined; rowsMax: number },
    signal?: AbortSignal,
  ): Promise<Customer[]> {
    return listCustomers(this.database.orm(signal), eq(customers.orgId, page.orgId), page);
  }

  find(which: CustomerKey): Promise<Customer | undefined> {
    return this.lookup.byId(which);
  }

  /** By email, without regard to case: the active one before a disabled one. */
  async findByEmail(
    which: { orgId: string; email: string },
    signal?: AbortSignal,
  ): Promise<Customer | undefined> {
    const isIt = eq(sql`lower(${customers.email})`, which.email.toLowerCase());
    return this.first(and(eq(customers.orgId, which.orgId), isIt), signal);
  }

  /**
   * By id alone, for callers that name no organization. Ids are unique in an organization only, and a native caller may
   * bring one along: a billing account, whose id is always a new one, comes before its namesakes elsewhere.
   */
  async findAnywhere(id: string, signal?: AbortSignal): Promise<Customer | undefined> {
    const [row] = await this.database
      .orm(signal)
      .select()
      .from(customers)
      .where(and(eq(customers.id, id), isNull(customers.deletedAt)))
      .orderBy(desc(customers.isBillingAccount), asc(customers.createdAt))
      .limit(1);
    return row;
  }

  /** The billing account of an organization: the active one before a disabled one, the newest of those. */
  findBillingAccount(orgId: string): Promise<Customer | undefined> {
    return this.lookup.billingAccount(orgId);
  }

  private async first(isIt: ReturnType<typeof and>, signal?: AbortSignal): Promise<Customer | undefined> {
    const [row] = await this.database
      .orm(signal)
      .select()
      .from(customers)
      .where(and(isIt, isNull(customers.deletedAt)))
      .orderBy(asc(customers.state), desc(customers.createdAt))
      .limit(1);
    return row;
  }
}

/** Removes those with an empty value. */
export function mergeAttributes(
  known: Customer["attributes"],
  changed: Customer["attributes"],
): Customer["attributes"] {
  return Object.fromEntries(Object.entries({ ...known, ...changed }).filter(([, value]) => value !== ""));
}

async function unlessTaken<T>(write: () => Promise<T>): Promise<T | TakenField> {
  try {
    return await write();
  } catch (error) {
    const index = violatedIndex(error);
    if (index === "customers_email") return { taken: "email" };
    if (index === "customers_pkey") return { taken: "id" };
    throw error;
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
