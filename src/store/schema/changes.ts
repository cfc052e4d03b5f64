import { bigint, boolean, customType, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { OperationKind } from "../../domain/operation.ts";
import { moment } from "./columns.ts";

/** What each batch did, for whoever follows. */
export const changes = pgTable(
  "changes",
  {
    orgId: uuid("org_id").notNull(),
    /**
     * PostgreSQL's id of the transaction, as text. Where the database is distributed a number of the organization's own:
     * that of the newest change before, and one (settlement/change.ts).
     */
    xid: customType<{ data: string }>({ dataType: () => "xid8" })("xid").notNull(),
    /** From a sequence; where the database is distributed the same number as `xid`. Along an account it rises. */
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
  /** The life of the database in which the numbers in `changes` were found to be its own. */
  numberedIn: text("numbered_in"),
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
    kind: text("kind").$type<OperationKind>().notNull(),
    customerId: uuid("customer_id"),
    key: text("key"),
    createdBy: text("created_by").notNull(),
    requestId: text("request_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.id] })],
);
