import { bigint, boolean, json, pgTable, primaryKey, smallint, text, uuid } from "drizzle-orm/pg-core";
import { moment, money, total } from "./columns.ts";

/** One balance in one currency: a customer's, or one stripe of an organization's counter-account. */
export const accounts = pgTable(
  "accounts",
  {
    orgId: uuid("org_id").notNull(),
    id: uuid("id").notNull(),
    customerId: uuid("customer_id"),
    counter: text("counter"),
    stripe: smallint("stripe").notNull().default(0),
    currency: text("currency").notNull(),
    version: bigint("version", { mode: "number" }).notNull().default(0),
    sequence: bigint("sequence", { mode: "number" }).notNull().default(0),
    funded: total("funded").notNull().default("0"),
    spent: total("spent").notNull().default("0"),
    withdrawn: total("withdrawn").notNull().default("0"),
    /** Of holds whose row says active, those that are due but not noted yet among them. */
    held: total("held").notNull().default("0"),
    /** No hold is due before. */
    dueAt: moment("due_at"),
    /** The customer's own lasting limit. */
    minimumBalance: money("minimum_balance"),
    /** Limits with an end, the newest first; each ends later than those before it. */
    temporaryLimits: json("temporary_limits").$type<readonly StoredLimit[]>(),
    /** What the customer may owe while it is postpaid, in place of what the currency says. */
    ownCreditLimit: money("credit_limit"),
    captureOverdraft: money("capture_overdraft"),
    createdAt: moment("created_at").notNull().defaultNow(),
    /** Time of the newest entry. */
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.id] })],
);

/** A limit with an end, as it is stored: an exact decimal, and an ISO time. */
export interface StoredLimit {
  readonly minimum: string;
  readonly ends_at: string;
}

/** How far callers who are no admins may go in a currency, whether or not that is configured. */
export const ceilings = pgTable(
  "ceilings",
  {
    orgId: uuid("org_id").notNull(),
    currency: text("currency").notNull(),
    credit: money("credit"),
    adjustment: money("adjustment"),
    overdraft: money("overdraft"),
    debt: money("debt"),
    updatedAt: moment("updated_at").notNull().defaultNow(),
    updatedBy: text("updated_by").notNull(),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.currency] })],
);

/** The currencies that an organization has configured. */
export const currencies = pgTable(
  "currencies",
  {
    orgId: uuid("org_id").notNull(),
    code: text("code").notNull(),
    displayName: text("display_name").notNull(),
    description: text("description").notNull().default(""),
    isVirtual: boolean("is_virtual").notNull(),
    places: smallint("places").notNull(),
    status: text("status", { enum: ["active", "inactive"] }).notNull(),
    creditLimit: money("credit_limit").notNull(),
    minimumTopUp: money("minimum_top_up").notNull(),
    captureOverdraft: money("capture_overdraft"),
    createdBy: text("created_by").notNull().default(""),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.code] })],
);
