import type { Role } from "../../auth/caller.ts";
import { notFound } from "../../domain/refusal.ts";
import { isUuid } from "../../domain/uuid.ts";
import type { Balance } from "../../store/balances.ts";
import type { Organization } from "../../store/organizations.ts";
import type { Call } from "../shared/call.ts";
import { organizationFor } from "../shared/organization.ts";
import { type BillingAccountNames, billingAccountPlace, noBillingAccount } from "./billing-account.ts";

/** Where a request leads, with the balance that is shown there. */
export interface ShownBalance extends Balance {
  readonly organization: Organization;
}

/**
 * The balance that a request means, as `billingAccountPlace` finds it. Where organization and account are both named, one
 * look-up tells of the account and of its balance; it is what is asked on every call.
 */
export async function shownBalance(
  call: Call,
  names: BillingAccountNames,
  role: Role,
): Promise<ShownBalance> {
  const { orgId, billingId } = names;
  if (orgId === "" || !isUuid(billingId)) {
    const { organization, customer } = await billingAccountPlace(call, names, role);
    if (customer === undefined) return { organization, customer, account: undefined };
    return { organization, ...(await balanceOf(call, organization, customer.id)) };
  }
  const organization = await organizationFor(call, { idOrName: orgId, field: "org_id" }, role);
  const balance = await balanceOf(call, organization, billingId.toLowerCase());
  if (balance.customer === undefined) throw notFound("customer", billingId.toLowerCase());
  return { organization, customer: balance.customer, account: balance.account };
}

/** The same for a request that needs an account. NOT_FOUND where there is none. */
export async function shownBalanceFor(
  call: Call,
  names: BillingAccountNames,
  role: Role,
): Promise<ShownBalance & { readonly customer: NonNullable<Balance["customer"]> }> {
  const { organization, customer, account } = await shownBalance(call, names, role);
  if (customer === undefined) throw noBillingAccount(names, organization);
  return { organization, customer, account };
}

function balanceOf(call: Call, organization: Organization, customerId: string): Promise<Balance> {
  const { id: orgId, frontierCurrency: currency } = organization;
  return call.app.balances.find({ orgId, customerId, currency });
}
