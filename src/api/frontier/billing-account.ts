import { notFound, type Refused } from "../../domain/refusal.ts";
import type { Customer } from "../../store/customers/customer-row.ts";
import type { Organization } from "../../store/tenants/organizations.ts";
import type { Call } from "../shared/call.ts";
import { Form } from "../shared/form.ts";

/** How a request says which billing account of its organization it means. */
export interface BillingAccountName {
  /** UUID; newer clients leave it out where they name the organization, whose active account is meant. */
  readonly billingId: string;
  /** What the request calls that field, for its errors. */
  readonly field: string;
}

/** The billing account that a request of either generation means. NOT_FOUND where there is none. */
export async function billingAccountFor(call: Call, name: BillingAccountName): Promise<Customer> {
  const customer = await billingAccountIfAny(call, name);
  if (customer === undefined) throw noBillingAccount(name, call.organization);
  return customer;
}

export function noBillingAccount({ billingId }: BillingAccountName, { name }: Organization): Refused {
  return notFound("customer", billingId || `an active billing account of organization ${name}`);
}

/**
 * The billing account that a request changes, as the first attempt found it. A customer that was created as none is
 * NOT_FOUND: its face has its life.
 */
export function accountToChange(call: Call, request: { readonly id: string }): Promise<Customer> {
  return call.once("billing account", async () => {
    const customer = await billingAccountFor(call, { billingId: request.id, field: "id" });
    if (!customer.isBillingAccount) throw notFound("customer", customer.id);
    return customer;
  });
}

/**
 * The same for a request that an organization without a billing account may make too. An account that is named but does
 * not exist, or belongs to another organization, is NOT_FOUND all the same.
 */
export async function billingAccountIfAny(
  call: Call,
  { billingId, field }: BillingAccountName,
): Promise<Customer | undefined> {
  const { app, organization } = call;
  if (billingId === "") return app.customers.findBillingAccount(organization.id);
  const form = new Form();
  const id = form.uuid(field, billingId);
  form.done();
  const customer = await app.customers.find({ orgId: organization.id, id });
  if (customer === undefined) throw notFound("customer", id);
  return customer;
}
