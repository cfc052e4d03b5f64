import { balanceOf } from "../../../domain/account.ts";
import { Amount } from "../../../domain/amount.ts";
import type { AccountCredit } from "../../../store/books/account-credits.ts";
import type { AccountPeriod } from "../../../store/books/periods.ts";
import type { Customer } from "../../../store/customers/customer-row.ts";
import type { Call } from "../../shared/call.ts";
import type { Figures } from "./balance-message.ts";

/** What Edge shows as balances: those of a prepaid customer, or the credit limits of a postpaid one. */
export function balanceFigures(call: Call, customer: Customer, currency?: string): Promise<Figures[]> {
  return customer.billingType === "postpaid"
    ? creditFigures(call, customer, currency)
    : prepaidFigures(call, customer, currency);
}

/**
 * The credit limits of a customer, in the order of their currencies: for a postpaid one those that hold now, for a
 * prepaid one its own, which hold as soon as it becomes postpaid.
 */
export async function creditFigures(call: Call, customer: Customer, currency?: string): Promise<Figures[]> {
  const { app, signal } = call;
  const which = { orgId: customer.orgId, customerId: customer.id, currency };
  const isPostpaid = customer.billingType === "postpaid";
  const [credits, configured] = await Promise.all([
    app.accountCredits.list(which, signal),
    isPostpaid ? app.currencies.list(customer.orgId, signal) : [],
  ]);
  const known = new Set(credits.map(({ account }) => account.currency));
  const defaults = configured
    .filter(({ code }) => !known.has(code) && (currency === undefined || code === currency))
    .filter(({ creditLimit }) => creditLimit.isPositive())
    .map(({ code, creditLimit }) => ({ currency: code, amount: creditLimit, usage: Amount.zero }));
  return [...credits.flatMap((credit) => creditOf(customer, credit)), ...defaults].sort(byCurrency);
}

async function prepaidFigures(call: Call, customer: Customer, currency?: string): Promise<Figures[]> {
  const which = { orgId: customer.orgId, customerId: customer.id, currency };
  const periods = await call.app.periods.list(which, call.signal);
  return periods.filter(({ account }) => account.version > 0).map(prepaidOf);
}

function prepaidOf({ account, opening }: AccountPeriod): Figures {
  const usage = account.spent.minus(opening.spent);
  return { currency: account.currency, accountId: account.id, amount: balanceOf(account).plus(usage), usage };
}

function creditOf(customer: Customer, { account, own }: AccountCredit): Figures[] {
  const amount = customer.billingType === "postpaid" ? negatedUnlessPositive(account.minimumBalance) : own;
  if (amount === null) return [];
  const usage = negatedUnlessPositive(balanceOf(account));
  return [{ currency: account.currency, accountId: account.id, amount, usage }];
}

/** What a balance below zero owes, or what a minimum balance below zero lets owe. */
function negatedUnlessPositive(amount: Amount | null): Amount {
  return amount?.isNegative() === true ? amount.negated() : Amount.zero;
}

function byCurrency(a: Figures, b: Figures): number {
  return a.currency < b.currency ? -1 : 1;
}
