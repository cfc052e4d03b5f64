import type { Customer } from "../../store/customers/customer-row.ts";
import type { Attribute } from "../../store/schema/customers.ts";

/** Says how a developer pays, to clients of Apigee's older interface. */
export const billingTypeName = "MINT_BILLING_TYPE";

/** As Apigee's faces show them, in the caller's order. The one that says how a customer pays says how it pays now. */
export function shownAttributes({ attributes, billingType }: Customer): Attribute[] {
  return attributes.map(({ name, value }) => ({
    name,
    value: name === billingTypeName ? billingType.toUpperCase() : value,
  }));
}
