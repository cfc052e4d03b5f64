import { numeric, timestamp } from "drizzle-orm/pg-core";

/** An exact decimal, as the database has it. */
export const money = (name: string) => numeric(name, { precision: 28, scale: 9 });
/** A time, to the millisecond. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });
