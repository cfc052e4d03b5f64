import type { Amount } from "../../../domain/amount.ts";
import type { Customer } from "../../../store/customers/customers.ts";
import type { Organization } from "../../../store/tenants/organizations.ts";
import type { Call } from "../../shared/call.ts";
import type { Form } from "../../shared/form.ts";
import { billingAccountFor } from "../billing-account.ts";
import { amountOf, int64Max, shownCurrency } from "../credits.ts";

export function accountFor(call: Call, request: { readonly id: string }): Promise<Customer> {
  return billingAccountFor(call, { billingId: request.id, field: "id" });
}

export function shownAccountKey({ organization }: Call, customer: Customer) {
  return { orgId: organization.id, customerId: customer.id, currency: organization.frontierCurrency };
}

/** The least int64 has no opposite, so it could not be printed as a limit that is owed. */
export function minimumBalanceOf(
  form: Form,
  { creditMin }: { readonly creditMin: bigint },
  organization: Organization,
): Amount {
  if (creditMin < -int64Max) form.refuse("credit_min", `must be ${-int64Max} or more`);
  return amountOf(creditMin, shownCurrency(organization));
}
