import { notFound, Refused } from "../../../domain/refusal.ts";
import type { Customer } from "../../../store/customers/customer-row.ts";
import type { Call } from "../../shared/call.ts";
import { Form } from "../../shared/form.ts";
import { customerNamed } from "../customer-name.ts";
import { takenBy } from "./customer-message.ts";

/** Disables or enables the customer that a request names. */
export async function setCustomerState(
  call: Call,
  request: { readonly customer: string },
  state: Customer["state"],
): Promise<Customer> {
  const { id: orgId } = call.organization;
  const form = new Form();
  const customer = form.text("customer", request.customer, { charactersMax: 254, required: true });
  form.done();
  // As the first attempt found it: an enabled one comes before a disabled one of the same email.
  const { id, email } = await call.once("customer", () => customerNamed(call, orgId, customer));
  const changed = await call.app.customers.setState({ orgId, id }, state, call);
  if (changed === undefined) throw notFound("customer", customer);
  if ("taken" in changed) throw takenBy(changed.taken, { id, email });
  if (!("activeBillingAccount" in changed)) return changed;
  const active = await call.app.customers.findBillingAccount(orgId);
  throw new Refused({ reason: "BILLING_ACCOUNT_ACTIVE", customerId: active?.id ?? "" });
}
