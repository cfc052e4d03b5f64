import type { Role } from "../../auth/caller.ts";
import { notFound } from "../../domain/refusal.ts";
import { isUuid } from "../../domain/uuid.ts";
import type { Balance } from "../../store/balances.ts";
import type { Customer } from "../../store/customers/customers.ts";
import type { Organization } from "../../store/tenants/organizations.ts";
import type { Call } from "../shared/call.ts";
import { organizationFor } from "../shared/organization.ts";
import { type BillingAccountNames, billingAccountPlace, noBillingAccount } from "./billing-account.ts";

/**
 * Where a request leads, as `billingAccountPlace` finds it, with the balance that is shown there. Where organization and
 * account are both named, one look-up tells of the account and of its balance; it is what is asked on every call.
 */
export async function shownBalance(
  call: Call,
  names: BillingAccountNames,
  role: Role,
): Promise<{ organization: Organization; balance: Balance | undefined }> {
  const { orgId, billingId } = names;
  if (orgId === "" || !isUuid(billingId)) {
    const { organization, customer } = await billingAccountPlace(call, names, role);
    return { organization, balance: customer && (await shownBalanceOf(call, { organization, customer })) };
  }
  const organization = await organizationFor(call, { idOrName: orgId, field: "org_id" }, role);
  const id = billingId.toLowerCase();
  const balance = await shownBalanceOf(call, { organization, customer: { id } });
  if (balance === undefined) throw notFound("customer", id);
  return { organization, balance };
}

/** The same for a request that needs an account. NOT_FOUND where there is none. */
export async function shownBalanceFor(
  call: Call,
  names: BillingAccountNames,
  role: Role,
): Promise<{ organization: Organization; balance: Balance }> {
  const { organization, balance } = await shownBalance(call, names, role);
  if (balance === undefined) throw noBillingAccount(names, organization);
  return { organization, balance };
}

/** A customer's balance in the currency that its organization shows here; undefined where the customer is gone. */
export function shownBalanceOf(
  call: Call,
  { organization, customer }: { organization: Organization; customer: Pick<Customer, "id"> },
): Promise<Balance | undefined> {
  const { id: orgId, frontierCurrency: currency } = organization;
  return call.app.balances.find({ orgId, customer: customer.id, currency });
}
