import { and, eq, isNotNull, isNull, ne, sql } from "drizzle-orm";
import { deleteCustomer, type Unsettled } from "./customer-deletion.ts";
import { listCustomers } from "./customer-list.ts";
import { type CustomerId, isCustomer } from "./customer-row.ts";
import type { Customer, CustomerFields } from "./customers.ts";
import type { Database } from "./driver/database.ts";
import { violatedIndex } from "./driver/errors.ts";
import type { Cursor } from "./organizations.ts";
import type { Orm } from "./driver/orm.ts";
import { type Attempt, creating } from "./retry.ts";
import { customers, organizations } from "./schema.ts";

/** What a caller may say anew; the currency of invoices stays as it is where nothing is said about it. */
export type BillingAccountChange = Omit<CustomerFields, "invoiceCurrency"> &
  Partial<Pick<CustomerFields, "invoiceCurrency">>;

/** Why a billing account was not enabled: another one is active, or an active customer has its email. */
export type EnablingObstacle =
  | { readonly obstacle: "active"; readonly customerId: string }
  | { readonly obstacle: "email" };

/** The life of billing accounts after their creation. Deleted ones are found by nobody. */
export class BillingAccounts {
  constructor(private readonly database: Database) {}

  /** Oldest first; of every organization where none is named. */
  async list(
    page: { orgId?: string | undefined; after?: Cursor | undefined; rowsMax: number },
    signal?: AbortSignal,
  ): Promise<Customer[]> {
    const isTheirs = page.orgId === undefined ? undefined : eq(customers.orgId, page.orgId);
    const isWanted = and(eq(customers.isBillingAccount, true), isTheirs);
    return listCustomers(this.database.orm(signal), isWanted, page);
  }

  /**
   * Replaces all that a caller may say, in one statement: of two that come at once the last wins, whole. Undefined where
   * there is no such account.
   */
  async update(
    which: CustomerId,
    change: BillingAccountChange,
    signal?: AbortSignal,
  ): Promise<Customer | "email taken" | undefined> {
    try {
      const [row] = await this.database
        .orm(signal)
        .update(customers)
        .set({ ...change, updatedAt: sql`now()` })
        .where(isIt(which))
        .returning();
      return row;
    } catch (error) {
      if (violatedIndex(error) === "customers_email") return "email taken";
      throw error;
    }
  }

  /**
   * Lets it be charged again. Refused while another one is active: whoever creates or enables one takes turns at the
   * organization's row. Undefined where there is no such account.
   */
  async enable(which: CustomerId, signal?: AbortSignal): Promise<"enabled" | EnablingObstacle | undefined> {
    try {
      return await this.database.transaction((orm) => enable(orm, which), signal);
    } catch (error) {
      if (violatedIndex(error) === "customers_email") return { obstacle: "email" };
      throw error;
    }
  }

  /** Refuses charges from now on. False where there is no such account. */
  async disable(which: CustomerId, signal?: AbortSignal): Promise<boolean> {
    const rows = await setState(this.database.orm(signal), which, "disabled");
    return rows.length > 0;
  }

  /** Hides it; its history stays. Refused while it holds or owes anything. Undefined where there is no such account. */
  async delete(which: CustomerId, attempt: Attempt): Promise<Customer | Unsettled | undefined> {
    const { signal } = attempt;
    const remove = () => this.database.transaction((orm) => deleteCustomer(orm, which), signal);
    return creating({ create: remove, made: () => this.removed(which, signal) }, attempt);
  }

  /** What an attempt before has deleted, though its answer was lost. */
  private async removed(which: CustomerId, signal?: AbortSignal): Promise<Customer | undefined> {
    const [row] = await this.database
      .orm(signal)
      .select()
      .from(customers)
      .where(and(isCustomer(which), isNotNull(customers.deletedAt)));
    return row;
  }
}

function isLive() {
  return and(eq(customers.isBillingAccount, true), isNull(customers.deletedAt));
}

function isIt(which: CustomerId) {
  return and(isCustomer(which), isLive());
}

/** What is in the state already stays as it is, to the time of its last change. */
function setState(orm: Orm, which: CustomerId, state: Customer["state"]) {
  const updatedAt = sql`case when ${customers.state} = ${state} then ${customers.updatedAt} else now() end`;
  return orm.update(customers).set({ state, updatedAt }).where(isIt(which)).returning({ id: customers.id });
}

async function enable(orm: Orm, which: CustomerId): Promise<"enabled" | EnablingObstacle | undefined> {
  const { orgId, id } = which;
  await orm
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.id, orgId))
    .for("no key update");
  const [active] = await orm
    .select({ customerId: customers.id })
    .from(customers)
    .where(and(eq(customers.orgId, orgId), ne(customers.id, id), eq(customers.state, "active"), isLive()))
    .limit(1);
  if (active !== undefined) return { obstacle: "active", ...active };
  const enabled = await setState(orm, which, "active");
  return enabled.length > 0 ? "enabled" : undefined;
}
