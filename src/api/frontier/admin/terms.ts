import type { Customer } from "../../../store/customers/customer-row.ts";
import type { Organization } from "../../../store/tenants/organizations.ts";
import type { NewTerms } from "../../../store/terms/billing-terms.ts";
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

/**
 * What is shown of a limit is rounded, and does not tell its end: who writes back what it read changes neither. The least
 * int64 has no opposite, so it could not be printed as a limit that is owed.
 */
export function limitOf(
  form: Form,
  { creditMin }: { readonly creditMin: bigint },
  organization: Organization,
): Pick<NewTerms, "minimumBalance" | "isAsAsked"> {
  if (creditMin < -int64Max) form.refuse("credit_min", `must be ${-int64Max} or more`);
  const currency = shownCurrency(organization);
  return {
    minimumBalance: amountOf(creditMin, currency),
    isAsAsked: (minimumBalance) => minimumBalance.floorToUnits(currency.minorPlaces) === creditMin,
  };
}
