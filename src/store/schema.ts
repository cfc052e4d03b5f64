/** The tables, by what they hold. */
export * from "./schema/accounts.ts";
export * from "./schema/changes.ts";
export * from "./schema/customers.ts";
export * from "./schema/journal.ts";
export * from "./schema/tenants.ts";
export * from "./schema/trail.ts";
