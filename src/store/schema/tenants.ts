import { boolean, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { moment } from "./columns.ts";

export const organizations = pgTable("organizations", {
  id: uuid("id").primaryKey(),
  name: text("name").notNull(),
  displayName: text("display_name").notNull(),
  frontierCurrency: text("frontier_currency").notNull().default("VC"),
  state: text("state", { enum: ["active", "disabled"] })
    .notNull()
    .default("active"),
  managementDialect: text("management_dialect", { enum: ["x", "edge"] })
    .notNull()
    .default("x"),
  createdBy: text("created_by").notNull().default(""),
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
  role: text("role", { enum: ["reader", "charger", "creditor", "writer", "admin"] }).notNull(),
  /** SHA-256 of the secret in hex. The secret is 256 random bits, so no slow hash is needed. */
  secretHash: text("secret_hash").notNull(),
  displayName: text("display_name").notNull().default(""),
  description: text("description").notNull().default(""),
  /** Of the secret before the newest rotation, which is good until its end. */
  formerSecretHash: text("former_secret_hash"),
  formerEndsAt: moment("former_ends_at"),
  /** Whether the secret of the newest rotation has proved anybody: until then whoever rotates may not have got it. */
  newestProved: boolean("newest_proved").notNull().default(true),
  expiresAt: moment("expires_at"),
  /** To the minute. */
  lastUsedAt: moment("last_used_at"),
  /** Who made it, as the trail knows them; empty where nobody noted it. */
  createdBy: text("created_by").notNull().default(""),
  createdAt: moment("created_at").notNull().defaultNow(),
  revokedAt: moment("revoked_at"),
});

/** Every secret that was rotated away, replaced or revoked. Append-only. */
export const spentSecrets = pgTable("spent_secrets", {
  hash: text("hash").primaryKey(),
  /** Whose it was. */
  clientId: text("client_id").notNull(),
  spentAt: moment("spent_at").notNull().defaultNow(),
});
