import { type SQL, sql } from "drizzle-orm";
import { emailKey, normalForm } from "../../domain/text.ts";
import type { Orm } from "../driver/orm.ts";
import { customerNames, customers } from "../schema.ts";
import { sizeProblem } from "./column-size.ts";
import { type Customer, type CustomerId, isCustomer, lockDecisions } from "./customer-row.ts";

/** What is written of a customer. How its email is found follows from the email. */
export type CustomerColumns = Omit<typeof customers.$inferInsert, "emailKey">;

/** What may change of a customer. */
export type CustomerChange = Partial<
  Omit<CustomerColumns, "orgId" | "id" | "createdAt" | "updatedAt" | "deletedAt">
> & { readonly deletedAt?: SQL };

/** A name that a customer has from now on: an email in its normal form, or the name of an app group. */
export interface BornName {
  readonly orgId: string;
  readonly customerId: string;
  readonly name: string;
}

/** Columns that hold any number of a caller's texts. Whoever narrows a request sees to their size, and says the field. */
const jsonColumns = ["attributes", "taxData", "address", "metadata"] as const;

/** Writes a customer, in a transaction, with the name that it is found by. */
export async function insertCustomer(orm: Orm, columns: CustomerColumns): Promise<Customer> {
  requireFitting(columns);
  const [row] = await orm
    .insert(customers)
    .values({ ...columns, ...emailColumns(columns.email) })
    .returning();
  if (row === undefined) throw new Error("a customer was not inserted");
  await keepEmails(orm, [row]);
  return row;
}

/**
 * Changes a customer whose row is locked, in a transaction. A former email goes on to name it. What decides about charges
 * falls between two decisions: none that it forbids is made once it is acknowledged.
 */
export async function updateCustomer(orm: Orm, which: CustomerId, change: CustomerChange): Promise<Customer> {
  requireFitting(change);
  if (change.state !== undefined || change.billingType !== undefined) await lockDecisions(orm, which);
  const [row] = await orm
    .update(customers)
    .set({ ...change, ...emailColumns(change.email), updatedAt: sql`now()` })
    .where(isCustomer(which))
    .returning();
  if (row === undefined) throw new Error("a customer was not updated");
  await keepEmails(orm, [row]);
  return row;
}

function requireFitting(columns: Partial<Pick<CustomerColumns, (typeof jsonColumns)[number]>>): void {
  for (const name of jsonColumns) {
    const problem = sizeProblem(columns[name]);
    if (problem !== undefined) throw new Error(`${name} ${problem}`);
  }
}

/** The columns of an email: in the one form in which texts are kept, and in the one by which emails are found. */
export function emailColumns(email: string | undefined): Partial<Pick<Customer, "email" | "emailKey">> {
  return email === undefined ? {} : { email: normalForm(email), emailKey: emailKey(email) };
}

/** Keeps the emails of customers that were just written. */
export function keepEmails(
  orm: Orm,
  written: readonly Pick<Customer, "orgId" | "id" | "emailKey">[],
): Promise<void> {
  const born = written.filter(({ emailKey: key }) => key !== "");
  return keepNames(
    orm,
    born.map(({ orgId, id, emailKey: name }) => ({ orgId, customerId: id, name })),
  );
}

/** Keeps names beside those that their customers ever had. */
export async function keepNames(orm: Orm, names: readonly BornName[]): Promise<void> {
  if (names.length === 0) return;
  await orm
    .insert(customerNames)
    .values([...names])
    .onConflictDoNothing();
}
