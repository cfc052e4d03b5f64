import { notFound } from "../../domain/refusal.ts";
import { isUuid } from "../../domain/uuid.ts";
import type { Balance } from "../../store/books/balances.ts";
import type { Customer } from "../../store/customers/customer-row.ts";
import type { Call } from "../shared/call.ts";
import { type BillingAccountName, billingAccountIfAny, noBillingAccount } from "./billing-account.ts";

/**
 * The balance that is shown of the account that a request means, if there is one. Where the account is named, one look-up
 * tells of it and of its balance; it is what is asked on every call.
 */
export async function shownBalance(call: Call, name: BillingAccountName): Promise<Balance | undefined> {
  if (!isUuid(name.billingId)) {
    const customer = await billingAccountIfAny(call, name);
    return customer && shownBalanceOf(call, customer);
  }
  const id = name.billingId.toLowerCase();
  const balance = await shownBalanceOf(call, { id });
  if (balance === undefined) throw notFound("customer", id);
  return balance;
}

/** The same for a request that needs an account. NOT_FOUND where there is none. */
export async function shownBalanceFor(call: Call, name: BillingAccountName): Promise<Balance> {
  const balance = await shownBalance(call, name);
  if (balance === undefined) throw noBillingAccount(name, call.organization);
  return balance;
}

/** A customer's balance in the currency that its organization shows here; undefined where the customer is gone. */
export function shownBalanceOf(call: Call, customer: Pick<Customer, "id">): Promise<Balance | undefined> {
  const { id: orgId, frontierCurrency: currency } = call.organization;
  return call.app.balances.find({ orgId, customer: customer.id, currency });
}
