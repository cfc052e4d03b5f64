import { and, asc, eq, isNull, ne, sql } from "drizzle-orm";
import { balanceOf } from "../domain/account.ts";
import { Amount } from "../domain/amount.ts";
import { readAccount, readColumns } from "./accounts.ts";
import type { Customer, CustomerFields } from "./customers.ts";
import type { Database } from "./database.ts";
import { violatedIndex } from "./errors.ts";
import type { Cursor } from "./organizations.ts";
import type { Orm } from "./orm.ts";
import { creating, retrying } from "./retry.ts";
import { accounts, currencies, customers, organizations } from "./schema.ts";

/** Names a billing account. */
export interface BillingAccountKey {
  readonly orgId: string;
  readonly id: string;
}

/** What a caller may say anew; the currency of invoices stays as it is where nothing is said about it. */
export type BillingAccountChange = Omit<CustomerFields, "invoiceCurrency"> &
  Partial<Pick<CustomerFields, "invoiceCurrency">>;

/** Why a billing account was not enabled: another one is active, or an active customer has its email. */
export type EnablingObstacle =
  | { readonly obstacle: "active"; readonly customerId: string }
  | { readonly obstacle: "email" };

/** What is left on an account that is not empty. */
export interface Remainder {
  readonly currency: string;
  readonly balance: Amount;
  readonly held: Amount;
}

/** The life of billing accounts after their creation. Deleted ones are found by nobody. */
export class BillingAccounts {
  constructor(private readonly database: Database) {}

  /** Oldest first; of every organization where none is named. */
  async list(
    page: { orgId?: string | undefined; after?: Cursor | undefined; rowsMax: number },
    signal?: AbortSignal,
  ): Promise<Customer[]> {
    const { createdAt, id } = customers;
    const { orgId, after } = page;
    const isPast =
      after && sql`(${createdAt}, ${id}) > (${after.at.toISOString()}::timestamptz, ${after.id}::uuid)`;
    return this.database
      .orm(signal)
      .select()
      .from(customers)
      .where(and(isLive(), orgId === undefined ? undefined : eq(customers.orgId, orgId), isPast))
      .orderBy(asc(createdAt), asc(id))
      .limit(page.rowsMax);
  }

  /**
   * Replaces all that a caller may say, in one statement: of two that come at once the last wins, whole. Undefined where
   * there is no such account.
   */
  async update(
    which: BillingAccountKey,
    change: BillingAccountChange,
    signal?: AbortSignal,
  ): Promise<Customer | "email taken" | undefined> {
    const update = () =>
      this.database
        .orm(signal)
        .update(customers)
        .set({ ...change, updatedAt: sql`now()` })
        .where(isIt(which))
        .returning();
    try {
      // To make a change twice is to make it once.
      const [row] = await retrying(update, { signal });
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
  async enable(
    which: BillingAccountKey,
    signal?: AbortSignal,
  ): Promise<"enabled" | EnablingObstacle | undefined> {
    const tryToEnable = () => this.database.transaction((orm) => enable(orm, which), signal);
    try {
      return await retrying(tryToEnable, { signal });
    } catch (error) {
      if (violatedIndex(error) === "customers_email") return { obstacle: "email" };
      throw error;
    }
  }

  /** Refuses charges from now on. False where there is no such account. */
  async disable(which: BillingAccountKey, signal?: AbortSignal): Promise<boolean> {
    const rows = await retrying(() => setState(this.database.orm(signal), which, "disabled"), { signal });
    return rows.length > 0;
  }

  /**
   * Hides it; its history stays. Refused while it holds or owes anything: its accounts are locked as every charge locks
   * them, so a charge comes before it or is refused. Undefined where there is no such account.
   */
  async delete(which: BillingAccountKey, signal?: AbortSignal): Promise<"deleted" | Remainder | undefined> {
    const create = () => this.database.transaction((orm) => hide(orm, which), signal);
    return creating({ create, made: () => this.madeHidden(which, signal) }, signal);
  }

  /** Whether an attempt before has deleted it, though its answer was lost. */
  private async madeHidden(which: BillingAccountKey, signal?: AbortSignal): Promise<"deleted" | undefined> {
    const [row] = await this.database
      .orm(signal)
      .select({ deletedAt: customers.deletedAt })
      .from(customers)
      .where(and(eq(customers.orgId, which.orgId), eq(customers.id, which.id)));
    return row?.deletedAt ? "deleted" : undefined;
  }
}

function isLive() {
  return and(eq(customers.isBillingAccount, true), isNull(customers.deletedAt));
}

function isIt({ orgId, id }: BillingAccountKey) {
  return and(eq(customers.orgId, orgId), eq(customers.id, id), isLive());
}

/** What is in the state already stays as it is, to the time of its last change. */
function setState(orm: Orm, which: BillingAccountKey, state: Customer["state"]) {
  const updatedAt = sql`case when ${customers.state} = ${state} then ${customers.updatedAt} else now() end`;
  return orm.update(customers).set({ state, updatedAt }).where(isIt(which)).returning({ id: customers.id });
}

async function enable(orm: Orm, which: BillingAccountKey): Promise<"enabled" | EnablingObstacle | undefined> {
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

async function hide(orm: Orm, which: BillingAccountKey): Promise<"deleted" | Remainder | undefined> {
  // Unlike a lock for an update of its own, this one also keeps new accounts of it from coming into being.
  const [locked] = await orm.select({ id: customers.id }).from(customers).where(isIt(which)).for("update");
  if (locked === undefined) return undefined;
  const remainder = await remainderUnderLock(orm, which);
  if (remainder !== undefined) return remainder;
  await orm.update(customers).set({ deletedAt: sql`now()`, updatedAt: sql`now()` }).where(isIt(which));
  return "deleted";
}

async function remainderUnderLock(
  orm: Orm,
  { orgId, id }: BillingAccountKey,
): Promise<Remainder | undefined> {
  const isTheirs = and(eq(accounts.orgId, orgId), eq(accounts.customerId, id));
  await orm
    .select({ id: accounts.id })
    .from(accounts)
    .where(isTheirs)
    .orderBy(asc(accounts.id))
    .for("no key update");
  const rows = await orm
    .select(readColumns)
    .from(accounts)
    .leftJoin(customers, and(eq(customers.orgId, accounts.orgId), eq(customers.id, accounts.customerId)))
    .leftJoin(currencies, and(eq(currencies.orgId, accounts.orgId), eq(currencies.code, accounts.currency)))
    .where(isTheirs);
  return rows
    .map(readAccount)
    .map((account) => ({ currency: account.currency, balance: balanceOf(account), held: account.held }))
    .find(({ balance, held }) => !balance.equals(Amount.zero) || !held.equals(Amount.zero));
}
