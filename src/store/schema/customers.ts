import { boolean, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { moment } from "./columns.ts";

export const customers = pgTable(
  "customers",
  {
    orgId: uuid("org_id").notNull(),
    id: uuid("id").notNull(),
    isBillingAccount: boolean("is_billing_account").notNull().default(false),
    name: text("name").notNull().default(""),
    email: text("email").notNull().default(""),
    /** The normal form by which the email is found (domain/text.ts). */
    emailKey: text("email_key").notNull().default(""),
    phone: text("phone").notNull().default(""),
    address: jsonb("address").$type<PostalAddress>(),
    taxData: jsonb("tax_data").$type<readonly TaxId[]>().notNull().default([]),
    invoiceCurrency: text("invoice_currency").notNull().default("usd"),
    state: text("state", { enum: ["active", "disabled"] })
      .notNull()
      .default("active"),
    dueInDays: integer("due_in_days").notNull().default(0),
    billingType: text("billing_type", { enum: ["prepaid", "postpaid"] })
      .notNull()
      .default("prepaid"),
    attributes: jsonb("attributes").$type<readonly Attribute[]>().notNull().default([]),
    metadata: jsonb("metadata").$type<{ readonly [key: string]: unknown }>(),
    createdBy: text("created_by").notNull().default(""),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
    deletedAt: moment("deleted_at"),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.id] })],
);

/** Every email, in its normal form, and group name that a customer ever had. */
export const customerNames = pgTable(
  "customer_names",
  {
    orgId: uuid("org_id").notNull(),
    name: text("name").notNull(),
    customerId: uuid("customer_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.name, table.customerId] })],
);

/** Whatever a caller wants to keep with a customer. In a list, which is in the caller's order, each name is there once. */
export interface Attribute {
  readonly name: string;
  readonly value: string;
}

export interface PostalAddress {
  readonly line1: string;
  readonly line2: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly country: string;
}

export interface TaxId {
  readonly type: string;
  readonly id: string;
}

/** What Apigee's clients keep with a developer, beside the customer that it is. */
export const developers = pgTable(
  "developers",
  {
    orgId: uuid("org_id").notNull(),
    customerId: uuid("customer_id").notNull(),
    firstName: text("first_name").notNull().default(""),
    lastName: text("last_name").notNull().default(""),
    userName: text("user_name").notNull().default(""),
    appFamily: text("app_family").notNull().default(""),
    accessType: text("access_type").notNull().default(""),
    createdBy: text("created_by").notNull().default(""),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.customerId] })],
);

/** Customers that are known by a name and not by an email: Apigee's app groups. A deleted one has no row here. */
export const appGroups = pgTable(
  "app_groups",
  {
    orgId: uuid("org_id").notNull(),
    customerId: uuid("customer_id").notNull(),
    name: text("name").notNull(),
    channelId: text("channel_id").notNull().default(""),
    channelUri: text("channel_uri").notNull().default(""),
    email: text("email").notNull().default(""),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.customerId] })],
);
