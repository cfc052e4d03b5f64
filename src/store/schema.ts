import {
  bigint,
  boolean,
  integer,
  json,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";
import type { Content } from "../domain/command.ts";
import { transferKinds } from "../domain/transfer.ts";

const money = (name: string) => numeric(name, { precision: 28, scale: 9 });
const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

export const organizations = pgTable("organizations", {
  id: uuid("id").primaryKey(),
  name: text("name").notNull(),
  displayName: text("display_name").notNull(),
  frontierCurrency: text("frontier_currency").notNull().default("VC"),
  createdAt: moment("created_at").notNull().defaultNow(),
});

/** Keyed by client id alone: a caller says who it is before anyone knows its organization. */
export const credentials = pgTable("credentials", {
  clientId: text("client_id").primaryKey(),
  orgId: uuid("org_id"),
  role: text("role", { enum: ["reader", "writer", "admin"] }).notNull(),
  /** SHA-256 of the secret in hex. The secret is 256 random bits, so no slow hash is needed. */
  secretHash: text("secret_hash").notNull(),
  displayName: text("display_name").notNull().default(""),
  createdAt: moment("created_at").notNull().defaultNow(),
  revokedAt: moment("revoked_at"),
});

export const customers = pgTable(
  "customers",
  {
    orgId: uuid("org_id").notNull(),
    id: uuid("id").notNull(),
    isBillingAccount: boolean("is_billing_account").notNull().default(false),
    name: text("name").notNull().default(""),
    email: text("email").notNull().default(""),
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
    attributes: jsonb("attributes").$type<{ readonly [name: string]: string }>().notNull().default({}),
    metadata: jsonb("metadata").$type<{ readonly [key: string]: unknown }>(),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
    deletedAt: moment("deleted_at"),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.id] })],
);

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
  },
  (table) => [primaryKey({ columns: [table.orgId, table.customerId] })],
);

/** One balance in one currency: a customer's, or one stripe of an organization's counter-account. */
export const accounts = pgTable(
  "accounts",
  {
    orgId: uuid("org_id").notNull(),
    id: uuid("id").notNull(),
    customerId: uuid("customer_id"),
    role: text("role"),
    stripe: smallint("stripe").notNull().default(0),
    currency: text("currency").notNull(),
    version: bigint("version", { mode: "number" }).notNull().default(0),
    funded: money("funded").notNull().default("0"),
    spent: money("spent").notNull().default("0"),
    held: money("held").notNull().default("0"),
    /** No hold expires before. */
    holdsExpireAt: moment("holds_expire_at"),
    /** The customer's own limit, and what follows it when it ends. */
    minimumBalance: money("minimum_balance"),
    limitEndsAt: moment("limit_ends_at"),
    limitAfterwards: money("limit_afterwards"),
    /** What the customer may owe while it is postpaid, in place of what the currency says. */
    ownCreditLimit: money("credit_limit"),
    createdAt: moment("created_at").notNull().defaultNow(),
    /** Time of the newest entry. */
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.id] })],
);

/** Append-only. Names its two entries by account and version. */
export const transfers = pgTable(
  "transfers",
  {
    orgId: uuid("org_id").notNull(),
    id: uuid("id").notNull(),
    key: text("key"),
    kind: text("kind", { enum: transferKinds }).notNull(),
    amount: money("amount").notNull(),
    currency: text("currency").notNull(),
    fromAccountId: uuid("from_account_id").notNull(),
    fromVersion: bigint("from_version", { mode: "number" }).notNull(),
    toAccountId: uuid("to_account_id").notNull(),
    toVersion: bigint("to_version", { mode: "number" }).notNull(),
    source: text("source").notNull(),
    description: text("description").notNull(),
    userId: text("user_id").notNull(),
    metadata: json("metadata").$type<{ readonly [key: string]: unknown }>().notNull(),
    refundOf: uuid("refund_of"),
    holdId: uuid("hold_id"),
    /** The content as it was asked for, where the transfer itself does not tell. */
    request: jsonb("request").$type<Content>(),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.id] })],
);

/** Append-only: one side of a transfer, and the account after it. */
export const entries = pgTable(
  "entries",
  {
    orgId: uuid("org_id").notNull(),
    accountId: uuid("account_id").notNull(),
    version: bigint("version", { mode: "number" }).notNull(),
    transferId: uuid("transfer_id").notNull(),
    amount: money("amount").notNull(),
    funded: money("funded").notNull(),
    spent: money("spent").notNull(),
    held: money("held").notNull(),
    minimumBalance: money("minimum_balance"),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.accountId, table.version] })],
);

const holdStates = ["active", "captured", "released", "expired"] as const;

export const holds = pgTable(
  "holds",
  {
    orgId: uuid("org_id").notNull(),
    id: uuid("id").notNull(),
    key: text("key"),
    accountId: uuid("account_id").notNull(),
    customerId: uuid("customer_id").notNull(),
    currency: text("currency").notNull(),
    amount: money("amount").notNull(),
    captured: money("captured").notNull(),
    remaining: money("remaining").notNull(),
    state: text("state", { enum: holdStates }).notNull(),
    expiresAt: moment("expires_at").notNull(),
    source: text("source").notNull(),
    description: text("description").notNull(),
    userId: text("user_id").notNull(),
    metadata: json("metadata").$type<{ readonly [key: string]: unknown }>().notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.id] })],
);

/** Append-only: what was done with a hold, and the hold and its account as they stood after it. */
export const holdEvents = pgTable(
  "hold_events",
  {
    orgId: uuid("org_id").notNull(),
    id: uuid("id").notNull(),
    holdId: uuid("hold_id").notNull(),
    request: jsonb("request").$type<Content>().notNull(),
    captured: money("captured").notNull(),
    remaining: money("remaining").notNull(),
    state: text("state", { enum: holdStates }).notNull(),
    expiresAt: moment("expires_at").notNull(),
    postedChange: money("posted_change").notNull(),
    heldChange: money("held_change").notNull(),
    version: bigint("version", { mode: "number" }).notNull(),
    funded: money("funded").notNull(),
    spent: money("spent").notNull(),
    held: money("held").notNull(),
    minimumBalance: money("minimum_balance"),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.id] })],
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
  },
  (table) => [primaryKey({ columns: [table.orgId, table.code] })],
);
