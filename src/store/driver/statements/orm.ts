import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";

/** Drizzle on one connection or on the pool. */
export type Orm = PostgresJsDatabase;
