import { jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { moment } from "./columns.ts";

/** What is shown of something that was changed. */
export interface Shown {
  readonly [field: string]: unknown;
}

const columns = {
  at: moment("at").notNull().defaultNow(),
  actor: text("actor").notNull(),
  method: text("method").notNull(),
  requestId: text("request_id").notNull(),
  verb: text("verb").notNull(),
  target: text("target").notNull(),
  before: jsonb("before").$type<Shown>(),
  after: jsonb("after").$type<Shown>(),
};

/** Append-only: what was done to what is an organization's own. */
export const acts = pgTable(
  "acts",
  { orgId: uuid("org_id").notNull(), id: uuid("id").notNull(), ...columns },
  (table) => [primaryKey({ columns: [table.orgId, table.id] })],
);

/** Append-only: what was done to organizations and credentials. */
export const platformActs = pgTable("platform_acts", {
  id: uuid("id").primaryKey(),
  orgId: uuid("org_id"),
  ...columns,
});
