import { numeric, timestamp } from "drizzle-orm/pg-core";
import { amountDigitsMax, amountPlacesMax, totalDigitsMax } from "../../domain/amount.ts";

const decimal = (digits: number) => (name: string) =>
  numeric(name, { precision: digits + amountPlacesMax, scale: amountPlacesMax });

/** An amount, or what has its range: a limit, what a customer holds. */
export const money = decimal(amountDigitsMax);
/** What any number of amounts comes to. */
export const total = decimal(totalDigitsMax);
/** A time, to the millisecond. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });
