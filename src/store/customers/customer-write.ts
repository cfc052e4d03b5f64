import { isDeepStrictEqual } from "node:util";
import { type SQL, sql } from "drizzle-orm";
import { emailKey, normalForm } from "../../domain/text.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { customerNames, customers } from "../schema.ts";
import { requireDebtWithin } from "../terms/debt-ceiling.ts";
import type { Act } from "../trail/act.ts";
import { type Difference, difference, isNone, notKept, shown } from "../trail/shown.ts";
import type { OrganizationVerb } from "../trail/verbs.ts";
import { sizeProblem } from "./column-size.ts";
import { type Customer, type CustomerId, isCustomer, lockDecisions } from "./customer-row.ts";

/** What is written of a customer. How its email is found follows from the email. */
export type CustomerColumns = Omit<typeof customers.$inferInsert, "emailKey" | "createdBy">;

/** What may change of a customer. */
export type CustomerChange = Partial<
  Omit<CustomerColumns, "orgId" | "id" | "createdAt" | "updatedAt" | "deletedAt">
> & { readonly deletedAt?: SQL };

/** What is changed together with a customer's row. */
interface Together {
  /** What is done, where the change itself does not tell. */
  readonly verb?: OrganizationVerb;
  /** What is kept of it elsewhere, as it is and as it is to be. */
  readonly profile?: Difference;
}

const noProfile: Difference = { before: {}, after: {} };

/** A name that a customer has from now on: an email in its normal form, or the name of an app group. */
export interface BornName {
  readonly orgId: string;
  readonly customerId: string;
  readonly name: string;
}

/** Columns that hold any number of a caller's texts. Whoever narrows a request sees to their size, and says the field. */
const jsonColumns = ["attributes", "taxData", "address", "metadata"] as const;

/** Writes a customer, in a transaction, with the name that it is found by. */
export async function insertCustomer({ orm, by, note }: Act, columns: CustomerColumns): Promise<Customer> {
  requireFitting(columns);
  if (columns.billingType === "postpaid" && by.isBounded) await requireDebtWithin(orm, columns);
  const [row] = await orm
    .insert(customers)
    .values({ ...columns, ...emailColumns(columns.email), createdBy: by.actor })
    .returning();
  if (row === undefined) throw new Error("a customer was not inserted");
  await keepEmails(orm, [row]);
  note({ verb: "customer.create", ...targetOf(row), before: null, after: shown(termsOf(row)) });
  return row;
}

/**
 * Changes a customer whose row is locked, in a transaction. A former email goes on to name it. What decides about charges
 * falls between two decisions: none that it forbids is made once it is acknowledged. A customer that is as it is to be stays as
 * it is, to the time of its last change.
 */
export async function updateCustomer(
  { orm, by, note }: Act,
  known: Customer,
  change: CustomerChange,
  { verb, profile = noProfile }: Together = {},
): Promise<Customer> {
  requireFitting(change);
  const columns = { ...change, ...emailColumns(change.email) };
  if (verb === undefined && isAsItIs(known, columns) && isNone(profile)) return known;
  if (change.state !== undefined || change.billingType !== undefined) await lockDecisions(orm, known);
  const mayOwe = change.billingType === "postpaid" && known.billingType !== "postpaid";
  if (mayOwe && by.isBounded) await requireDebtWithin(orm, known);
  const [row] = await orm
    .update(customers)
    .set({ ...columns, updatedAt: sql`now()` })
    .where(isCustomer(known))
    .returning();
  if (row === undefined) throw new Error("a customer was not updated");
  await keepEmails(orm, [row]);
  note({ verb: verb ?? verbOf(change), ...targetOf(row), ...changeShown(known, row, profile) });
  return row;
}

function isAsItIs(known: Customer, columns: CustomerChange): boolean {
  return Object.entries(columns).every(
    ([name, value]) => value === undefined || isDeepStrictEqual(value, known[name as keyof Customer]),
  );
}

function verbOf({ state, deletedAt, ...rest }: CustomerChange): OrganizationVerb {
  if (deletedAt !== undefined) return "customer.delete";
  if (state === undefined || Object.keys(rest).length > 0) return "customer.update";
  return state === "active" ? "customer.enable" : "customer.disable";
}

function targetOf({ orgId, id }: CustomerId) {
  return { orgId, target: `customers/${id}` };
}

/** What is no personal data. */
function termsOf({ isBillingAccount, state, billingType, dueInDays, invoiceCurrency, deletedAt }: Customer) {
  return { isBillingAccount, state, billingType, dueInDays, invoiceCurrency, deletedAt };
}

/** Of personal data no more than that they changed. */
function changeShown(before: Customer, after: Customer, profile: Difference) {
  const personal = difference(personalOf(before), personalOf(after)).after;
  const names = [...Object.keys(personal), ...Object.keys(profile.after)];
  const hidden = Object.fromEntries(names.map((name) => [name, notKept]));
  const terms = difference(termsOf(before), termsOf(after));
  return { before: { ...terms.before, ...hidden }, after: { ...terms.after, ...hidden } };
}

function personalOf({ name, email, phone, address, taxData, attributes, metadata }: Customer) {
  return { name, email, phone, address, taxData, attributes, metadata };
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
