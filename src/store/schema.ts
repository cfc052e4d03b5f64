import {
  bigint,
  boolean,
  customType,
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
import { type Asked, operationKinds } from "../domain/operation.ts";

const money = (name: string) => numeric(name, { precision: 28, scale: 9 });
const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

export const organizations = pgTable("organizations", {
  id: uuid("id").primaryKey(),
  name: text("name").notNull(),
  displayName: text("display_name").notNull(),
  frontierCurrency: text("frontier_currency").notNull().default("VC"),
  state: text("state", { enum: ["active", "disabled"] })
    .notNull()
    .default("active"),
  createdAt: moment("created_at").notNull().defaultNow(),
  updatedAt: moment("updated_at").notNull().defaultNow(),
});

/** Every name that an organization ever had stays its own. */
export const organizationNames = pgTable("organization_names", {
  name: text("name").primaryKey(),
  orgId: uuid("org_id").notNull(),
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
    attributes: jsonb("attributes").$type<{ readonly [name: string]: string }>().notNull().default({}),
    metadata: jsonb("metadata").$type<{ readonly [key: string]: unknown }>(),
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
    counter: text("counter"),
    stripe: smallint("stripe").notNull().default(0),
    currency: text("currency").notNull(),
    version: bigint("version", { mode: "number" }).notNull().default(0),
    sequence: bigint("sequence", { mode: "number" }).notNull().default(0),
    funded: money("funded").notNull().default("0"),
    spent: money("spent").notNull().default("0"),
    withdrawn: money("withdrawn").notNull().default("0"),
    /** Of holds whose row says active, those that are due but not noted yet among them. */
    held: money("held").notNull().default("0"),
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

export const holdStates = ["active", "captured", "released", "expired"] as const;
export const expiryPolicies = ["release", "capture"] as const;

/** Append-only: one row for everything that was asked of the ledger under a key. */
export const operations = pgTable(
  "operations",
  {
    orgId: uuid("org_id").notNull(),
    id: uuid("id").notNull(),
    /** The caller's own words for the id; empty where the id itself is the key; null where it gave none. */
    key: text("key"),
    kind: text("kind", { enum: operationKinds }).notNull(),
    amount: money("amount").notNull(),
    currency: text("currency").notNull(),
    source: text("source").notNull(),
    description: text("description").notNull(),
    userId: text("user_id").notNull(),
    metadata: json("metadata").$type<{ readonly [key: string]: unknown }>().notNull(),
    /** What the request said where the columns do not tell; null: what they tell it did not say. */
    asked: json("asked").$type<Asked>(),
    /** The charge that a refund gives back, the credit that a reversal takes back. */
    refersTo: uuid("refers_to"),
    /** The sum of all that was given or taken back of it, this included. */
    returned: money("returned"),
    fromAccountId: uuid("from_account_id").notNull(),
    fromVersion: bigint("from_version", { mode: "number" }).notNull(),
    fromSequence: bigint("from_sequence", { mode: "number" }).notNull(),
    fromAt: moment("from_at").notNull(),
    fromFunded: money("from_funded").notNull(),
    fromSpent: money("from_spent").notNull(),
    fromWithdrawn: money("from_withdrawn"),
    fromHeld: money("from_held"),
    fromMinimum: money("from_minimum"),
    toAccountId: uuid("to_account_id"),
    toVersion: bigint("to_version", { mode: "number" }),
    toSequence: bigint("to_sequence", { mode: "number" }),
    toAt: moment("to_at"),
    toFunded: money("to_funded"),
    toSpent: money("to_spent"),
    toWithdrawn: money("to_withdrawn"),
    toHeld: money("to_held"),
    toMinimum: money("to_minimum"),
    /** The hold that it made or changed, and how that stood after it. */
    holdId: uuid("hold_id"),
    heldChange: money("held_change"),
    holdCaptured: money("hold_captured"),
    holdRemaining: money("hold_remaining"),
    holdState: text("hold_state", { enum: holdStates }),
    holdExpiresAt: moment("hold_expires_at"),
    /** The credential that asked; empty where time alone did. */
    createdBy: text("created_by").notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.id] })],
);

/** The state of what is set aside; its words are in the operation of the same id. */
export const holds = pgTable(
  "holds",
  {
    orgId: uuid("org_id").notNull(),
    id: uuid("id").notNull(),
    accountId: uuid("account_id").notNull(),
    customerId: uuid("customer_id").notNull(),
    currency: text("currency").notNull(),
    amount: money("amount").notNull(),
    captured: money("captured").notNull(),
    remaining: money("remaining").notNull(),
    state: text("state", { enum: holdStates }).notNull(),
    expiresAt: moment("expires_at").notNull(),
    onExpiry: text("on_expiry", { enum: expiryPolicies }).notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.id] })],
);

/** What each batch did, for whoever follows. */
export const changes = pgTable(
  "changes",
  {
    orgId: uuid("org_id").notNull(),
    /** PostgreSQL's id of the transaction, as text. */
    xid: customType<{ data: string }>({ dataType: () => "xid8" })("xid").notNull(),
    position: bigint("position", { mode: "number" }).notNull(),
    at: moment("at").notNull(),
    /** In the order in which they were done. */
    operations: uuid("operations").array().notNull(),
    /** Holds that were noted as expired. */
    expired: uuid("expired").array().notNull().default([]),
    /** Accounts whose limit was set. */
    limited: uuid("limited").array().notNull().default([]),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.xid, table.position] })],
);

/** A place in `changes` is worth something in one epoch only. One row. */
export const epochs = pgTable("epochs", {
  isCurrent: boolean("is_current").primaryKey().default(true),
  id: uuid("id").notNull().defaultRandom(),
});

/** Why calls were refused, for seven days; under load not each of them. */
export const refusals = pgTable(
  "refusals",
  {
    orgId: uuid("org_id").notNull(),
    id: uuid("id").notNull(),
    at: moment("at").notNull(),
    reason: text("reason").notNull(),
    figures: jsonb("figures").$type<Readonly<Record<string, string>>>().notNull(),
    kind: text("kind").notNull(),
    customerId: uuid("customer_id"),
    key: text("key"),
    createdBy: text("created_by").notNull(),
    requestId: text("request_id").notNull(),
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
    captureOverdraft: money("capture_overdraft"),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.code] })],
);
