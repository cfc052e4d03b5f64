import { bigint, json, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { type Asked, operationKinds } from "../../domain/operation.ts";
import { moment, money, total } from "./columns.ts";

const holdStates = ["active", "captured", "released", "expired"] as const;
const expiryPolicies = ["release", "capture"] as const;

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
    fromCustomerId: uuid("from_customer_id"),
    fromCounter: text("from_counter"),
    fromVersion: bigint("from_version", { mode: "number" }).notNull(),
    fromSequence: bigint("from_sequence", { mode: "number" }).notNull(),
    fromAt: moment("from_at").notNull(),
    fromFunded: total("from_funded").notNull(),
    fromSpent: total("from_spent").notNull(),
    fromWithdrawn: total("from_withdrawn"),
    fromHeld: money("from_held"),
    fromMinimum: money("from_minimum"),
    toAccountId: uuid("to_account_id"),
    toCustomerId: uuid("to_customer_id"),
    toCounter: text("to_counter"),
    toVersion: bigint("to_version", { mode: "number" }),
    toSequence: bigint("to_sequence", { mode: "number" }),
    toAt: moment("to_at"),
    toFunded: total("to_funded"),
    toSpent: total("to_spent"),
    toWithdrawn: total("to_withdrawn"),
    toHeld: money("to_held"),
    toMinimum: money("to_minimum"),
    /** The hold that it made or changed, and how that stood after it. */
    holdId: uuid("hold_id"),
    heldChange: money("held_change"),
    holdCaptured: total("hold_captured"),
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
    captured: total("captured").notNull(),
    remaining: money("remaining").notNull(),
    state: text("state", { enum: holdStates }).notNull(),
    expiresAt: moment("expires_at").notNull(),
    onExpiry: text("on_expiry", { enum: expiryPolicies }).notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.id] })],
);
