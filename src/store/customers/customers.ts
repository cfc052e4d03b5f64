import { isDeepStrictEqual } from "node:util";
import { and, asc, desc, eq, sql } from "drizzle-orm";
import type { Database } from "../driver/database.ts";
import { violatedIndex } from "../driver/errors.ts";
import { array } from "../driver/statements/arrays.ts";
import type { Cursor } from "../driver/statements/cursor.ts";
import { creating } from "../driver/transactions/attempt.ts";
import { customers } from "../schema.ts";
import { acting } from "../trail/act.ts";
import type { By } from "../trail/by.ts";
import { type Attributes, withAttributes } from "./attributes.ts";
import {
  type BillingAccountObstacle,
  type CustomerFields,
  insertBillingAccount,
} from "./billing-account-creation.ts";
import { sizeProblem } from "./column-size.ts";
import type { CustomerDeletion, Unsettled } from "./customer-deletion.ts";
import { listCustomers } from "./customer-list.ts";
import { CustomerLookup } from "./customer-lookup.ts";
import { type Customer, type CustomerId, lockCustomer } from "./customer-row.ts";
import { setState } from "./customer-state.ts";
import { emailColumns, insertCustomer, updateCustomer } from "./customer-write.ts";

export type NewCustomer = Pick<Customer, "orgId" | "id" | "name" | "email" | "billingType" | "attributes">;

/** What to change. */
export interface CustomerUpdate {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly billingType?: Customer["billingType"] | undefined;
  /** What is added, where one with an empty value is removed; or all that there is from now on. */
  readonly attributes: Customer["attributes"];
  readonly replacesAttributes?: boolean;
}

/** The field by which a customer would be taken for another one. */
export interface TakenField {
  readonly taken: "id" | "email";
}

/** Why a customer may not have the attributes that a change would make. */
export interface AttributesProblem {
  readonly attributesProblem: string;
}

/** Another billing account of the organization is active, and only one may be. */
export interface ActiveBillingAccount {
  readonly activeBillingAccount: true;
}

/** Attributes that one customer may have. */
export const attributesMax = 100;

/** The customers of organizations. Deleted ones are found by nobody. */
export class Customers {
  private readonly lookup: CustomerLookup;

  constructor(
    private readonly database: Database,
    private readonly deletion: CustomerDeletion,
  ) {
    this.lookup = new CustomerLookup(database);
  }

  /** Creates the billing account of an organization. Refused while another one is active or an older one owes. */
  async createBillingAccount(
    which: CustomerId & { readonly fields: CustomerFields },
    by: By,
  ): Promise<Customer | BillingAccountObstacle> {
    const create = () => acting(this.database, by, (act) => insertBillingAccount(act, which));
    try {
      return await creating("billing account creation", { create, made: () => this.find(which) }, by);
    } catch (error) {
      if (violatedIndex(error) === "customers_email") return { obstacle: "email" };
      throw error;
    }
  }

  /** Creates a customer that is no billing account; answers the field that another one has already. */
  async create(fields: NewCustomer, by: By): Promise<Customer | TakenField> {
    const create = () => acting(this.database, by, (act) => insertCustomer(act, fields));
    const made = async () => {
      const found = await this.find(fields);
      const asked = { ...found, ...fields, ...emailColumns(fields.email) };
      return found && isDeepStrictEqual(found, asked) ? found : undefined;
    };
    return unlessTaken(() => creating("customer creation", { create, made }, by));
  }

  /** Changes what is given; undefined where there is no such customer. */
  async update(
    which: CustomerId,
    change: CustomerUpdate,
    by: By,
  ): Promise<Customer | TakenField | AttributesProblem | undefined> {
    const { attributes: changed, replacesAttributes = false, name, email, billingType } = change;
    const update = () =>
      acting(this.database, by, async (act) => {
        const known = await lockCustomer(act.orm, which);
        if (known === undefined) return undefined;
        const attributes = (replacesAttributes ? replacedAttributes : mergeAttributes)(
          known.attributes,
          changed,
        );
        const attributesProblem = problemOf(attributes);
        if (attributesProblem !== undefined) return { attributesProblem };
        return updateCustomer(act, known, { name, email, billingType, attributes });
      });
    return unlessTaken(update);
  }

  /** Lets it be charged, or refuses charges from now on; undefined where there is no such customer. */
  async setState(
    which: CustomerId,
    state: Customer["state"],
    by: By,
  ): Promise<Customer | TakenField | ActiveBillingAccount | undefined> {
    const set = () => acting(this.database, by, (act) => setState(act, which, state));
    try {
      return await unlessTaken(set);
    } catch (error) {
      if (violatedIndex(error) === "customers_active_billing_account") return { activeBillingAccount: true };
      throw error;
    }
  }

  /** See CustomerDeletion. */
  delete(
    which: CustomerId,
    options: { readonly erase: boolean },
    by: By,
  ): Promise<Customer | Unsettled | undefined> {
    return this.deletion.delete(which, options, by);
  }

  /** Oldest first. */
  async list(
    page: { orgId: string; after?: Cursor | undefined; rowsMax: number },
    signal?: AbortSignal,
  ): Promise<Customer[]> {
    return listCustomers(this.database.orm(signal), eq(customers.orgId, page.orgId), page);
  }

  find(which: CustomerId): Promise<Customer | undefined> {
    return this.lookup.byId(which);
  }

  /** By id, also where it was deleted: whom a booking was made for stays known. */
  async findEver({ orgId, id }: CustomerId): Promise<Customer | undefined> {
    const isIt = and(eq(customers.orgId, orgId), eq(customers.id, id));
    const [row] = await this.database.keyed().select().from(customers).where(isIt).limit(1);
    return row;
  }

  /** Which of some ids are billing accounts, or were when they were deleted. */
  async billingAccountsEver(
    { orgId, ids }: { readonly orgId: string; readonly ids: readonly string[] },
    signal?: AbortSignal,
  ): Promise<ReadonlySet<string>> {
    const isOne = and(eq(customers.orgId, orgId), sql`${customers.id} = any(${array(ids, "uuid")})`);
    const rows = await this.database
      .orm(signal)
      .select({ id: customers.id })
      .from(customers)
      .where(and(isOne, customers.isBillingAccount))
      .limit(ids.length);
    return new Set(rows.map(({ id }) => id));
  }

  /** By email, without regard to case: the active one before a disabled one. */
  findByEmail(which: { orgId: string; email: string }): Promise<Customer | undefined> {
    return this.lookup.byEmail(which);
  }

  /**
   * By id alone, for callers that name no organization. Ids are unique in an organization only, and a native caller may
   * bring one along: a billing account, whose id is always a new one, comes before its namesakes elsewhere. Deleted ones
   * come last: what was done for them is answered under its key for ever.
   */
  async findAnywhere(id: string): Promise<Customer | undefined> {
    const [row] = await this.database
      .keyed()
      .select()
      .from(customers)
      .where(eq(customers.id, id))
      .orderBy(
        sql`${customers.deletedAt} is not null`,
        desc(customers.isBillingAccount),
        asc(customers.createdAt),
      )
      .limit(1);
    return row;
  }

  /** The billing account of an organization: the active one before a disabled one, the newest of those. */
  findBillingAccount(orgId: string): Promise<Customer | undefined> {
    return this.lookup.billingAccount(orgId);
  }
}

/** Removes those that are changed to an empty value. */
export function mergeAttributes(known: Attributes, changed: Attributes): Attributes {
  const removed = new Set(changed.filter(({ value }) => value === "").map(({ name }) => name));
  return withAttributes(known, changed).filter(({ name }) => !removed.has(name));
}

function problemOf(attributes: Attributes): string | undefined {
  return attributes.length > attributesMax
    ? `would be more than the ${attributesMax} that a customer may have`
    : sizeProblem(attributes);
}

/** Those that are there stay in their order, which not every caller knows. */
function replacedAttributes(known: Attributes, replacement: Attributes): Attributes {
  const kept = new Set(replacement.map(({ name }) => name));
  return withAttributes(
    known.filter(({ name }) => kept.has(name)),
    replacement,
  );
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
