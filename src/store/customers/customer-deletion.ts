import { and, asc, eq, lte, sql } from "drizzle-orm";
import { type AccountRef, balanceOf, customerAccount } from "../../domain/account.ts";
import { Amount } from "../../domain/amount.ts";
import { readAccount, selectAccounts } from "../books/account.ts";
import type { Settler } from "../books/settler.ts";
import type { Database } from "../driver/database.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { accounts, appGroups, customerNames, customers, developers } from "../schema.ts";
import { type Act, acting } from "../trail/act.ts";
import type { By } from "../trail/by.ts";
import { type Customer, type CustomerId, isCustomer, lockCustomer, lockDecisions } from "./customer-row.ts";
import { updateCustomer } from "./customer-write.ts";

/** Why a customer was not deleted: an account in which it owes, or holds money. */
export interface Unsettled {
  readonly unsettled: {
    readonly customerId: string;
    readonly currency: string;
    readonly balance: Amount;
    readonly held: Amount;
  };
}

/** Currencies that one customer may have accounts in: as many as there can be. */
const accountsMax = 10_000;

/** Deletes customers, whichever interface asks. */
export class CustomerDeletion {
  constructor(
    private readonly database: Database,
    private readonly settler: Settler,
  ) {}

  /**
   * Deletes a customer that neither owes nor holds money, and answers it as it was: nobody finds it any more and nothing
   * can be charged to it, while its history stays; its personal data too, unless they are to be erased. Undefined where
   * there is no such customer. One that is deleted already is found where its data are to be erased, and by a retry.
   */
  async delete(
    which: CustomerId,
    options: { readonly erase: boolean },
    by: By,
  ): Promise<Customer | Unsettled | undefined> {
    const due = await this.dueAccounts(which, by.signal);
    await this.settler.settleDue(which.orgId, due, by.signal);
    return by.once("deletion", (mayBeDone) =>
      acting(this.database, by, async (act) => {
        const found = await lockCustomer(act.orm, which);
        const outcome = found && (await deleteLocked(act, found));
        if (outcome !== undefined && "unsettled" in outcome) return outcome;
        const deleted =
          outcome ?? (options.erase || mayBeDone ? await findDeleted(act.orm, which) : undefined);
        if (deleted !== undefined && options.erase) await erase(act, deleted);
        return deleted;
      }),
    );
  }

  private async dueAccounts({ orgId, id }: CustomerId, signal: AbortSignal): Promise<AccountRef[]> {
    const isDue = and(
      eq(accounts.orgId, orgId),
      eq(accounts.customerId, id),
      lte(accounts.dueAt, sql`now()`),
    );
    const orm = this.database.orm(signal);
    const rows = await orm
      .select({ currency: accounts.currency })
      .from(accounts)
      .where(isDue)
      .limit(accountsMax);
    return rows.map(({ currency }) => customerAccount(id, currency));
  }
}

/**
 * Takes the locks that decisions take, so nothing is booked between the look at the balances and the deletion; and what
 * comes later is refused.
 */
async function deleteLocked(act: Act, customer: Customer): Promise<Customer | Unsettled> {
  const { orm } = act;
  const { orgId, id } = customer;
  await lockDecisions(orm, customer);
  const unsettled = await firstUnsettled(orm, customer);
  if (unsettled !== undefined) return unsettled;
  // A deleted app group's name is free again.
  await orm.delete(appGroups).where(and(eq(appGroups.orgId, orgId), eq(appGroups.customerId, id)));
  // An import takes over what has changed elsewhere since, so it has to see that this has changed too.
  await updateCustomer(act, customer, { deletedAt: sql`now()` });
  return customer;
}

/** A statement after the one that waited for the locks, so that it sees whatever was booked until then. */
async function firstUnsettled(orm: Orm, { orgId, id }: CustomerId): Promise<Unsettled | undefined> {
  const rows = await selectAccounts(orm, orgId)
    .where(and(eq(accounts.orgId, orgId), eq(accounts.customerId, id)))
    .orderBy(asc(accounts.currency))
    .limit(accountsMax);
  for (const account of rows.map(readAccount)) {
    const { currency, held } = account;
    const balance = balanceOf(account);
    if (balance.equals(Amount.zero) && held.equals(Amount.zero)) continue;
    return { unsettled: { customerId: id, currency, balance, held } };
  }
  return undefined;
}

async function findDeleted(orm: Orm, which: CustomerId): Promise<Customer | undefined> {
  const [row] = await orm.select().from(customers).where(isCustomer(which)).for("no key update");
  return row;
}

/** Forgets whom a customer stands for. What callers wrote into bookings stays as it is: those are for ever. */
async function erase(act: Act, customer: Customer): Promise<void> {
  const { orm } = act;
  const { orgId, id } = customer;
  const nothing = {
    name: "",
    email: "",
    phone: "",
    address: null,
    taxData: [],
    attributes: [],
    metadata: null,
  };
  await updateCustomer(act, customer, nothing, { verb: "customer.erase" });
  await orm.delete(developers).where(and(eq(developers.orgId, orgId), eq(developers.customerId, id)));
  await orm
    .delete(customerNames)
    .where(and(eq(customerNames.orgId, orgId), eq(customerNames.customerId, id)));
}
