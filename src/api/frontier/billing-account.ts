import type { Role } from "../../auth/caller.ts";
import { notFound, Refused } from "../../domain/refusal.ts";
import type { Customer } from "../../store/customers/customers.ts";
import type { Organization } from "../../store/tenants/organizations.ts";
import type { Call } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { organizationFor, organizationOf } from "../shared/organization.ts";

/** What a request says about which billing account it means; either may be empty. */
export interface BillingAccountNames {
  /** Id or name of the organization. Newer clients leave it out where they name the account. */
  readonly orgId: string;
  /** UUID of the account. Newer clients leave it out where they name the organization. */
  readonly billingId: string;
  /** What the request calls that field, for its errors. */
  readonly billingIdField: string;
}

/** Where a request leads: the organization, and its account if it has one. */
export interface BillingAccountPlace {
  readonly organization: Organization;
  readonly customer: Customer | undefined;
}

/** The billing account that a request of either generation means. NOT_FOUND where there is none. */
export async function billingAccountFor(
  call: Call,
  names: BillingAccountNames,
  role: Role,
): Promise<{ organization: Organization; customer: Customer }> {
  const { organization, customer } = await billingAccountPlace(call, names, role);
  if (customer === undefined) throw noBillingAccount(names, organization);
  return { organization, customer };
}

export function noBillingAccount({ billingId }: BillingAccountNames, { name }: Organization): Refused {
  return notFound("customer", billingId || `of organization ${name}`);
}

/** The billing account that a request changes. A customer that was created as none is NOT_FOUND: its face has its life. */
export async function accountToChange(
  call: Call,
  request: { readonly orgId: string; readonly id: string },
): Promise<Customer> {
  const names = { orgId: request.orgId, billingId: request.id, billingIdField: "id" };
  const { customer } = await billingAccountFor(call, names, "writer");
  if (!customer.isBillingAccount) throw notFound("customer", customer.id);
  return customer;
}

/**
 * Where a request leads that an organization without a billing account may ask too. An account that is named but does not
 * exist, or belongs to another organization than the one named, is NOT_FOUND all the same.
 */
export async function billingAccountPlace(
  call: Call,
  names: BillingAccountNames,
  role: Role,
): Promise<BillingAccountPlace> {
  const { orgId, billingId, billingIdField } = names;
  const form = new Form();
  if (orgId === "" && billingId === "") form.refuse("org_id", `is required, or ${billingIdField}`);
  const id = billingId === "" ? undefined : form.uuid(billingIdField, billingId);
  form.done();

  if (id === undefined) return inferred(call, orgId, role);
  if (orgId === "") return namedAlone(call, id, role);
  const organization = await organizationFor(call, { idOrName: orgId, field: "org_id" }, role);
  const customer = await call.app.customers.find({ orgId: organization.id, id });
  if (customer === undefined) throw notFound("customer", id);
  return { organization, customer };
}

async function inferred(call: Call, orgId: string, role: Role): Promise<BillingAccountPlace> {
  const organization = await organizationFor(call, { idOrName: orgId, field: "org_id" }, role);
  return {
    organization,
    customer: await call.app.customers.findBillingAccount(organization.id),
  };
}

/** A caller of one organization looks in that one only, so it cannot tell what exists elsewhere. */
async function namedAlone(call: Call, id: string, role: Role): Promise<BillingAccountPlace> {
  const { app, caller, signal } = call;
  const customer =
    caller.orgId === null
      ? await app.customers.findAnywhere(id, signal)
      : await app.customers.find({ orgId: caller.orgId, id });
  if (customer === undefined) throw notFound("customer", id);
  return { organization: await organizationOf(call, customer.orgId, role), customer };
}

/** Refuses a whole number that a field does not take. */
export function requireInteger(field: string, value: bigint, least: bigint): void {
  if (value >= least) return;
  const violations = [{ field, description: `must be ${least} or more` }];
  throw new Refused({ reason: "INVALID_FIELDS", violations });
}
