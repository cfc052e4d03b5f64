import { drizzle } from "drizzle-orm/postgres-js";
import postgres, { type Sql } from "postgres";
import { v7 as uuidv7 } from "uuid";
import type { OperationKind } from "../../domain/operation.ts";
import { socketHost } from "../../embedded/connection.ts";
import type { DriverQuery } from "../driver/queries/driver-query.ts";
import { prepared } from "../driver/queries/prepared.ts";
import { writeChange } from "../settlement/change.ts";
import { momentWithin } from "../settlement/moment.ts";
import type { Settler } from "./settler.ts";

/** A connection of a test's own. */
export function connectTo(url: string): Sql {
  return postgres(url, { ...socketHost(url), max: 1, fetch_types: false, onnotice: () => undefined });
}

/** Holds up whoever waits at it until it is opened. */
export class Gate {
  open!: () => void;
  readonly isOpen = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

/** Settles nothing, for books in which nothing is due. */
export const nothingDue: Settler = {
  settleDue: async () => {
    throw new Error("nothing is due");
  },
};

export interface TestAccount {
  readonly id: string;
  readonly customerId: string | null;
  readonly counter: string | null;
  version: number;
  sequence: number;
  funded: number;
  spent: number;
  withdrawn: number;
}

export interface Booking {
  readonly kind?: OperationKind;
  readonly amount?: number;
  readonly from: TestAccount;
  readonly to: TestAccount;
  /** The database's clock where undefined. */
  readonly at?: Date;
  /** Of each side, where it is another. */
  readonly fromAt?: Date;
  readonly toAt?: Date;
  readonly source?: string;
  readonly metadata?: object;
}

/** An organization whose journal a test writes itself, with totals that add up. Amounts are whole numbers. */
export class TestJournal {
  constructor(
    readonly sql: Sql,
    readonly orgId: string,
    readonly currency = "USD",
  ) {}

  static async create(sql: Sql): Promise<TestJournal> {
    const orgId = uuidv7();
    await sql`insert into organizations (id, name, display_name) values (${orgId}, ${`o-${orgId}`}, 'Org')`;
    return new TestJournal(sql, orgId);
  }

  async customer(fields: { email?: string; isBillingAccount?: boolean } = {}): Promise<string> {
    const [id, email, isBillingAccount] = [uuidv7(), fields.email ?? "", fields.isBillingAccount ?? false];
    await this.sql`insert into customers (org_id, id, email, email_key, is_billing_account)
      values (${this.orgId}, ${id}, ${email}, ${email}, ${isBillingAccount})`;
    return id;
  }

  async account(
    owner: { customerId: string } | { counter: string; stripe?: number },
    sql = this.sql,
  ): Promise<TestAccount> {
    const customerId = "customerId" in owner ? owner.customerId : null;
    const [counter, stripe] = "counter" in owner ? [owner.counter, owner.stripe ?? 0] : [null, 0];
    const id = uuidv7();
    await sql`insert into accounts (org_id, id, customer_id, counter, stripe, currency)
      values (${this.orgId}, ${id}, ${customerId}, ${counter}, ${stripe}, ${this.currency})`;
    return { id, customerId, counter, version: 0, sequence: 0, funded: 0, spent: 0, withdrawn: 0 };
  }

  /** Books, and answers the id. */
  async book(booking: Booking, sql = this.sql): Promise<string> {
    const { from, to, kind = "charge", amount = 1, source = "", metadata = {} } = booking;
    const id = uuidv7();
    const clock = await sql`select date_trunc('milliseconds', clock_timestamp()) as at`;
    const at = booking.at ?? new Date(clock[0]?.["at"]);
    pay(from, kind, amount);
    receive(to, kind, amount);
    await sql`insert into operations ${sql({
      ...{ org_id: this.orgId, id, key: null, kind, amount, currency: this.currency },
      ...{ source, description: "", user_id: "", metadata, asked: null },
      refers_to: kind === "refund" || kind === "reversal" ? uuidv7() : null,
      returned: kind === "refund" || kind === "reversal" ? amount : null,
      ...side("from", from, booking.fromAt ?? at),
      ...side("to", to, booking.toAt ?? at),
      ...{ created_by: "", created_at: at },
    } as never)}`;
    for (const each of [from, to]) await this.save(each, at, sql);
    return id;
  }

  /**
   * Makes bookings in one transaction, as a batch does: it locks the accounts, asks the
   * clock, and says in `changes` what it did. It takes its time; where it fails nothing has happened.
   */
  async batch(
    sql: Sql,
    bookings: readonly Booking[],
    of: { pause?: () => Promise<void>; isGivenUp?: boolean } = {},
  ): Promise<string[]> {
    const accounts = [...new Set(bookings.flatMap(({ from, to }) => [from, to]))];
    const work = sql.begin(async (transaction) => {
      const own = transaction as unknown as Sql;
      // On a cluster its nodes have the service's patience, which is short.
      await own`set local citus.propagate_set_commands = 'local'`;
      await own`set local lock_timeout = 0`;
      await own`select from accounts where org_id = ${this.orgId} and id in ${own(accounts.map(({ id }) => id))}
        order by id for no key update`;
      const before = accounts.map((account) => ({ ...account }));
      const [connected] =
        await own`select to_regclass('pg_catalog.pg_dist_partition') is not null as is_distributed`;
      const orm = drizzle({
        client: prepared((asking) =>
          asking((text, parameters) => own.unsafe(text, parameters as never[]) as DriverQuery),
        ),
      });
      const moment = await momentWithin(orm, connected?.["is_distributed"]);
      const { at } = moment;
      await of.pause?.();
      const ids: string[] = [];
      for (const booking of bookings) ids.push(await this.book({ at, ...booking }, own));
      const customerId = accounts.flatMap((account) => account.customerId ?? [])[0];
      if (customerId === undefined) throw new Error("a batch of no customer");
      await writeChange(orm, moment, { orgId: this.orgId, customerId, operations: ids, limited: [] });
      await of.pause?.();
      if (of.isGivenUp === true) {
        for (const [index, account] of accounts.entries()) Object.assign(account, before[index]);
        throw new GivenUp();
      }
      return ids;
    });
    return work.catch((error: unknown) => {
      if (error instanceof GivenUp) return [];
      throw error;
    }) as Promise<string[]>;
  }

  /** The first credit of a customer, whose account it makes: it locks the customer before it asks the clock. */
  async firstBatch(
    sql: Sql,
    of: { customerId: string; from: TestAccount; pause: () => Promise<void> },
  ): Promise<TestAccount> {
    const made = await sql.begin(async (transaction) => {
      const own = transaction as unknown as Sql;
      await own`select from customers where org_id = ${this.orgId} and id = ${of.customerId} for key share`;
      await own`select from accounts where org_id = ${this.orgId} and id = ${of.from.id} for no key update`;
      const [moment] = await own`select date_trunc('milliseconds', clock_timestamp())::text as at`;
      await of.pause();
      const to = await this.account({ customerId: of.customerId }, own);
      await this.book({ kind: "credit", from: of.from, to, at: new Date(moment?.["at"]) }, own);
      await of.pause();
      return to;
    });
    return made as TestAccount;
  }

  /** Sets an amount aside, as long ago as is said. Answers the id. */
  async hold(
    account: TestAccount,
    of: { amount: number; expiresAt: Date; onExpiry: "release" | "capture"; createdAt?: Date },
  ): Promise<string> {
    const { amount, expiresAt, onExpiry, createdAt = new Date(expiresAt.getTime() - 1_000) } = of;
    const id = uuidv7();
    account.sequence += 1;
    await this.sql`insert into operations ${this.sql({
      ...{ org_id: this.orgId, id, key: null, kind: "hold", amount, currency: this.currency },
      ...{ source: "s", description: "held", user_id: "", metadata: {}, asked: { on_expiry: onExpiry } },
      ...side("from", account, createdAt),
      ...{ hold_id: id, held_change: amount, hold_captured: 0, hold_remaining: amount, hold_state: "active" },
      ...{ hold_expires_at: expiresAt, created_by: "", created_at: createdAt },
    } as never)}`;
    await this.sql`insert into holds ${this.sql({
      ...{ org_id: this.orgId, id, account_id: account.id, customer_id: account.customerId },
      ...{ currency: this.currency, amount, captured: 0, remaining: amount, state: "active" },
      ...{ expires_at: expiresAt, on_expiry: onExpiry, created_at: createdAt },
    } as never)}`;
    await this.sql`update accounts set held = held + ${amount}, sequence = ${account.sequence},
      due_at = least(due_at, ${expiresAt}) where org_id = ${this.orgId} and id = ${account.id}`;
    return id;
  }

  private async save(account: TestAccount, at: Date, sql: Sql): Promise<void> {
    const { id, version, sequence, funded, spent, withdrawn } = account;
    await sql`update accounts set version = ${version}, sequence = ${sequence}, funded = ${funded}, spent = ${spent},
      withdrawn = ${withdrawn}, updated_at = ${at} where org_id = ${this.orgId} and id = ${id}`;
  }
}

function pay(account: TestAccount, kind: OperationKind, amount: number): void {
  step(account);
  if (kind === "reversal" && account.customerId !== null) account.withdrawn += amount;
  else account.spent += amount;
}

function receive(account: TestAccount, kind: OperationKind, amount: number): void {
  step(account);
  const givesBack = kind === "refund" || kind === "adjustment";
  if (givesBack && account.customerId !== null) account.spent -= amount;
  else account.funded += amount;
}

function step(account: TestAccount): void {
  account.version += 1;
  account.sequence += 1;
}

function side(name: "from" | "to", account: TestAccount, at: Date) {
  const isCustomer = account.customerId !== null;
  const columns = {
    account_id: account.id,
    customer_id: account.customerId,
    counter: account.counter,
    version: account.version,
    sequence: account.sequence,
    at,
    funded: account.funded,
    spent: account.spent,
    withdrawn: isCustomer ? account.withdrawn : null,
    held: isCustomer ? 0 : null,
    minimum: isCustomer ? 0 : null,
  };
  return Object.fromEntries(Object.entries(columns).map(([column, value]) => [`${name}_${column}`, value]));
}

class GivenUp extends Error {}
