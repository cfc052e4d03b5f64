import type { Sql } from "postgres";
import { v7 as uuidv7 } from "uuid";
import type { OperationKind } from "../../domain/operation.ts";
import type { Settler } from "./settler.ts";

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

  async account(owner: { customerId: string } | { counter: string; stripe?: number }): Promise<TestAccount> {
    const customerId = "customerId" in owner ? owner.customerId : null;
    const [counter, stripe] = "counter" in owner ? [owner.counter, owner.stripe ?? 0] : [null, 0];
    const id = uuidv7();
    await this.sql`insert into accounts (org_id, id, customer_id, counter, stripe, currency)
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
