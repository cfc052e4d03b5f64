import type { Period } from "../../store/books/periods.ts";
import type { Form } from "../shared/form.ts";

const names = [
  "JANUARY",
  "FEBRUARY",
  "MARCH",
  "APRIL",
  "MAY",
  "JUNE",
  "JULY",
  "AUGUST",
  "SEPTEMBER",
  "OCTOBER",
  "NOVEMBER",
  "DECEMBER",
];

/** A calendar month in UTC. */
export interface BillingMonth extends Period {
  readonly month: string;
  readonly year: number;
}

/** The month of a request; refuses what is none and yields a placeholder. */
export function billingMonthOf(
  form: Form,
  request: { readonly billingMonth: string; readonly billingYear: number },
): BillingMonth {
  const { billingMonth, billingYear: year } = request;
  const month = billingMonth.toUpperCase();
  const index = names.indexOf(month);
  if (index < 0) form.refuse("billing_month", "must be JANUARY, FEBRUARY, … or DECEMBER");
  const isYear = year >= 1970 && year <= 9999;
  if (!isYear) form.refuse("billing_year", "must be 1970 to 9999");
  const startOf = (monthIndex: number) => new Date(Date.UTC(isYear ? year : 1970, monthIndex));
  return { month, year, from: startOf(Math.max(0, index)), to: startOf(Math.max(0, index) + 1) };
}
