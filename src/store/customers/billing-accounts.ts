import { and, eq, ne } from "drizzle-orm";
import type { Database } from "../driver/database.ts";
import { violatedIndex } from "../driver/errors.ts";
import type { Cursor } from "../driver/statements/cursor.ts";
import { isOnly } from "../driver/statements/only.ts";
import { customers } from "../schema.ts";
import { lockOrganization } from "../tenants/organization-lock.ts";
import { type Act, acting } from "../trail/act.ts";
import type { By } from "../trail/by.ts";
import { isActiveBillingAccount, isBillingAccount } from "./billing-account-condition.ts";
import type { CustomerFields } from "./billing-account-creation.ts";
import type { CustomerDeletion, Unsettled } from "./customer-deletion.ts";
import { listCustomers } from "./customer-list.ts";
import { type Customer, type CustomerId, lockCustomer } from "./customer-row.ts";
import { setState } from "./customer-state.ts";
import { updateCustomer } from "./customer-write.ts";

/** What a caller may say anew; the currency of invoices stays as it is where nothing is said about it. */
export type BillingAccountChange = Omit<CustomerFields, "invoiceCurrency"> &
  Partial<Pick<CustomerFields, "invoiceCurrency">>;

/** Why a billing account was not enabled: another one is active, or an active customer has its email. */
export type EnablingObstacle =
  | { readonly obstacle: "active"; readonly customerId: string }
  | { readonly obstacle: "email" };

/** The life of billing accounts after their creation. Deleted ones are found by nobody. */
export class BillingAccounts {
  constructor(
    private readonly database: Database,
    private readonly deletion: CustomerDeletion,
  ) {}

  /** Oldest first; of every organization where none is named. */
  async list(
    page: { orgId?: string | undefined; after?: Cursor | undefined; rowsMax: number },
    signal?: AbortSignal,
  ): Promise<Customer[]> {
    const isTheirs = page.orgId === undefined ? undefined : isOnly(customers.orgId, page.orgId);
    const isWanted = and(isBillingAccount, isTheirs);
    return listCustomers(this.database.orm(signal), isWanted, page);
  }

  /** Replaces all that a caller may say. Undefined where there is no such account. */
  async update(
    which: CustomerId,
    change: BillingAccountChange,
    by: By,
  ): Promise<Customer | "email taken" | undefined> {
    try {
      return await acting(this.database, by, async (act) => {
        const known = await lockCustomer(act.orm, which);
        return known?.isBillingAccount ? updateCustomer(act, known, change) : undefined;
      });
    } catch (error) {
      if (violatedIndex(error) === "customers_email") return "email taken";
      throw error;
    }
  }

  /**
   * Lets it be charged again. Refused while another one is active: whoever creates or enables one in an organization takes
   * turns. Undefined where there is no such account.
   */
  async enable(which: CustomerId, by: By): Promise<"enabled" | EnablingObstacle | undefined> {
    try {
      return await acting(this.database, by, (act) => enable(act, which));
    } catch (error) {
      if (violatedIndex(error) === "customers_email") return { obstacle: "email" };
      throw error;
    }
  }

  /** Refuses charges from now on. False where there is no such account. */
  async disable(which: CustomerId, by: By): Promise<boolean> {
    const disabled = await acting(this.database, by, (act) => setState(act, which, "disabled"));
    return disabled !== undefined;
  }

  /** See CustomerDeletion. */
  delete(which: CustomerId, by: By): Promise<Customer | Unsettled | undefined> {
    return this.deletion.delete(which, { erase: false }, by);
  }
}

async function enable(act: Act, which: CustomerId): Promise<"enabled" | EnablingObstacle | undefined> {
  const { orm } = act;
  const { orgId, id } = which;
  await lockOrganization(orm, orgId);
  const [active] = await orm
    .select({ customerId: customers.id })
    .from(customers)
    .where(and(eq(customers.orgId, orgId), isActiveBillingAccount, ne(customers.id, id)))
    .limit(1);
  if (active !== undefined) return { obstacle: "active", ...active };
  return (await setState(act, which, "active")) && "enabled";
}
