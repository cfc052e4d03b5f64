import { BillingType, type Customer, CustomerState } from "../../../gen/tallystick/v1/customer_pb.ts";

/** What people call it; its email or id where it has no name. */
export function customerName({ name, email, id }: Pick<Customer, "name" | "email" | "id">): string {
  return name || email || id;
}

export function paysText(billingType: BillingType): string {
  return billingType === BillingType.POSTPAID ? "postpaid" : "prepaid";
}

export function isDisabled({ state }: Pick<Customer, "state">): boolean {
  return state === CustomerState.DISABLED;
}
